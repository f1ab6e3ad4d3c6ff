/** Figures beside their limits: printed as they come, then as a table in Markdown and as JSON in `results/`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'

export interface Row {
  readonly what: string
  readonly unit: string
  /** One for each pass; the median counts. */
  readonly values: readonly number[]
  readonly beside: string
  readonly limits: readonly number[]
  /** Requests, resources or messages of a pass. */
  readonly n: number
  readonly note?: string
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
export const format = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2))
const ratio = ({ values, limits }: Row): string => (median(values) / median(limits)).toFixed(2)
const range = (values: readonly number[]): string =>
  values.length === 1 ? '' : `${format(Math.min(...values))}–${format(Math.max(...values))}`

export class Report {
  readonly #rows: Row[] = []

  add(row: Row): void {
    this.#rows.push(row)
    const reached = `${format(median(row.values)).padStart(9)} ${row.unit}`
    console.log(`${row.what.padEnd(56)} ${reached.padEnd(22)} ${row.beside} ${format(median(row.limits))} → ${ratio(row)}`)
  }

  /** The yardsticks: what an fsync takes here, of everything durable; what JSON.parse reads, of everything that computes. */
  finish({ fsyncMs, parseMBs }: { readonly fsyncMs: number; readonly parseMBs: number }): void {
    const machine = {
      cpu: cpus()[0]?.model,
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      node: process.version,
      fsyncP50Ms: fsyncMs,
      parseMBs,
      load: loadavg()[0],
    }
    const folder = join(import.meta.dirname, 'results')
    mkdirSync(folder, { recursive: true })
    const at = new Date().toISOString()
    writeFileSync(join(folder, `${at.replaceAll(':', '-')}.json`), JSON.stringify({ at, machine, rows: this.#rows }, null, 2))
    console.log(
      `\n${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}, fdatasync p50 ${fsyncMs.toFixed(3)} ms, JSON.parse ${parseMBs.toFixed(0)} MB/s, load ${machine.load?.toFixed(1)}\n`,
    )
    console.log('| what | reached | spread; n | beside, in the same run | ratio |\n|---|---|---|---|---|')
    for (const row of this.#rows) {
      const spread = [range(row.values), `n = ${row.values.length} × ${row.n.toLocaleString('en')}`, row.note].filter(Boolean)
      console.log(
        `| ${row.what} | ${format(median(row.values))} ${row.unit} | ${spread.join('; ')} | ${row.beside}: ${format(median(row.limits))} | ${ratio(row)} |`,
      )
    }
  }
}
