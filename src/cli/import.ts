/** `handoff import`: records from NDJSON and Bundles into the store, each under its own id. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { unlessThrown } from '../domain/problem.ts'
import type { Context } from '../flows/context.ts'
import type { Incoming } from '../flows/portable/import.ts'
import type { Command, Io } from './command.ts'

/** So many lines are one commit. */
const together = 200
/** Of a Bundle, and of one line. */
const most = { bundle: 50 * 1024 * 1024, line: 5 * 1024 * 1024, entries: 10_000 }

export const importCommand: Command = {
  name: 'import',
  usage: 'handoff import [--tenant <name>] <file|folder|->…',
  summary: 'Takes records in as they stand: NDJSON, Bundles and single resources.',
  help: `Into the store that HANDOFF_STORE names, while no gateway runs on it. Each record keeps its id; whatever is there just so is passed
over, so that an import that was broken off is begun again. References within a Bundle (urn:uuid:…) are made out. What is not valid R4 is
refused (HANDOFF_VALIDATION=mark keeps what breaks a rule), and told with its file, its line and what is wrong. Labels that were taken away
(withdrawn-labels.ndjson) are noted first, each counted as one, and not given again by codes. No rule of a collection judges
what is taken in, no follow-up opens, and no partner is sent it: to have that, post it to /fhir. Exit code 1 if something was refused.`,

  async run(args, io) {
    const given = argumentsOf(args)
    if (!given || given.paths.length === 0) {
      io.err(`Usage: ${importCommand.usage}`)
      return 2
    }
    const { filesIn, isLines, isWithdrawals, linesOf } = await import('./portable/lines.ts')
    const { withStore } = await import('./portable/own-store.ts')
    const files = unlessThrown(() => filesIn(given.paths))
    if (!files) {
      io.err('A file or folder that is named is not there.')
      return 2
    }
    return withStore(io, given.tenant, async (ctx) => {
      const counts = { created: 0, updated: 0, same: 0, refused: 0 }
      const taker = await takerOf(ctx, io, counts)
      for (const file of files) {
        if (isWithdrawals(file)) for await (const { from, bytes } of linesOf(file)) await taker.withdrawal(from, bytes)
        else if (isLines(file)) for await (const { from, bytes } of linesOf(file)) await taker.line(from, bytes)
        else {
          const bytes = unlessThrown(() => readFileSync(file))
          if (bytes) await taker.whole(file, bytes)
        }
        await taker.flush()
      }
      io.out(`${counts.created} created, ${counts.updated} updated, ${counts.same} as they were, ${counts.refused} refused`)
      return counts.refused > 0 ? 1 : 0
    })
  },
}

type Counts = Record<'created' | 'updated' | 'same' | 'refused', number>

async function takerOf(ctx: Context, io: Io, counts: Counts) {
  const { readAnyJson, readJson } = await import('../fhir/exact.ts')
  const { readBundle } = await import('../fhir/bundle.ts')
  const { readLongBundle } = await import('../fhir/long-bundle.ts')
  const { importResources } = await import('../flows/portable/import.ts')
  const { importWithdrawal } = await import('../flows/portable/withdrawn-labels.ts')
  let waiting: { readonly from: string; readonly incoming: Incoming }[] = []

  const refuse = (
    from: string,
    { code, detail, issues }: { code: string; detail: string; issues: readonly { path?: string; message: string }[] },
  ) => {
    counts.refused++
    for (const { path = '', message } of issues.length > 0 ? issues : [{ message: detail }])
      io.err([from, code, path, message].filter((part) => part !== '').join('  '))
  }
  const flush = async (): Promise<void> => {
    const some = waiting
    waiting = []
    if (some.length === 0) return
    const done = await importResources(
      ctx,
      some.map(({ incoming }) => incoming),
    )
    if (!done.ok) throw new Error(done.problem.detail)
    for (const [i, taken] of done.value.entries())
      if (typeof taken === 'string') counts[taken]++
      else refuse(some[i]!.from, taken)
  }
  const take = async (from: string, incoming: Incoming): Promise<void> => {
    waiting.push({ from, incoming })
    if (waiting.length >= together) await flush()
  }
  return {
    flush,
    async line(from: string, bytes: Uint8Array): Promise<void> {
      const read = readJson(bytes, { bytes: most.line })
      if (read.ok) await take(from, { resource: read.value })
      else refuse(from, read.problem)
    },
    /** A commit each: there are few. */
    async withdrawal(from: string, bytes: Uint8Array): Promise<void> {
      const read = readAnyJson(bytes, { bytes: most.line })
      const done = read.ok ? await importWithdrawal(ctx, read.value.value) : read
      if (done.ok) counts[done.value]++
      else refuse(from, done.problem)
    },
    /** A Bundle is one commit: its entries refer to each other. */
    async whole(file: string, bytes: Uint8Array): Promise<void> {
      const read = await readLongBundle(bytes, { bytes: most.bundle, part: most.line, entries: most.entries }, ctx.pause)
      if (!read.ok) return refuse(file, read.problem)
      if (read.value.value.resourceType !== 'Bundle') return this.line(file, bytes)
      const bundle = readBundle(read.value, { entries: most.entries })
      if (!bundle.ok) return refuse(file, bundle.problem)
      for (const { index, resource, fullUrl } of bundle.value.entries)
        if (resource)
          waiting.push({ from: `${file}:entry[${index}]`, incoming: { resource, ...(fullUrl !== undefined && { fullUrl }) } })
    },
  }
}

const argumentsOf = (args: readonly string[]) =>
  unlessThrown(() => {
    const options = { tenant: { type: 'string', default: 'default' } } as const
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options })
    return { paths: positionals, ...values }
  })
