/** `handoff export`: the records as NDJSON, a file for each type. */
import { closeSync, existsSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { unlessThrown } from '../domain/problem.ts'
import type { Command } from './command.ts'

export const exportCommand: Command = {
  name: 'export',
  usage: 'handoff export [--type <type>]… [--since <instant>] [--tenant <name>] --out <folder>',
  summary: 'Writes all records, as they stand at one moment, as NDJSON: a file for each type.',
  help: `For the store that HANDOFF_STORE names, while no gateway runs on it. Files are readable to their owner alone, and none that is there is
written over. A record has neither the number of its version nor the time of its making, which belong to the store: what is exported,
imported elsewhere and exported again is the same, to the byte. Notes that are their author's alone, and what is labelled as such, are in no
export. Labels that an operator took away are told beside them (withdrawn-labels.ndjson). Prints how many records each file holds.`,

  async run(args, io) {
    const given = argumentsOf(args)
    const { isResourceType } = await import('../fhir/types.ts')
    const { dateRange } = await import('../fhir/search/date-range.ts')
    const since = given?.since === undefined ? undefined : dateRange(given.since)
    if (!given?.types.every(isResourceType) || (given.since !== undefined && !since)) {
      io.err(`Usage: ${exportCommand.usage}`)
      return 2
    }
    const { withStore } = await import('./portable/own-store.ts')
    const { exportResources } = await import('../flows/portable/export.ts')
    mkdirSync(given.out, { recursive: true, mode: 0o700 })
    return withStore(io, given.tenant, async (ctx) => {
      let file: { readonly type: string; readonly handle: number; lines: number } | undefined
      const end = () => {
        if (file) closeSync(file.handle)
        if (file) io.out(`${file.type}  ${file.lines}`)
      }
      const asked = { ...(given.types.length > 0 && { types: given.types }), ...(since && { since: since.lo }) }
      for await (const { type, line } of exportResources(ctx, asked)) {
        if (file?.type !== type) {
          end()
          const path = join(given.out, `${type}.ndjson`)
          if (existsSync(path)) {
            io.err(`${path} is there already.`)
            return 1
          }
          file = { type, handle: openSync(path, 'wx', 0o600), lines: 0 }
        }
        writeSync(file.handle, `${line}\n`)
        file.lines++
      }
      end()
      return 0
    })
  },
}

function argumentsOf(args: readonly string[]) {
  const options = {
    type: { type: 'string', multiple: true, default: [] as string[] },
    since: { type: 'string' },
    tenant: { type: 'string', default: 'default' },
    out: { type: 'string' },
  } as const
  const given = unlessThrown(() => parseArgs({ args: [...args], options }))
  if (given?.values.out === undefined) return undefined
  const { out, type: types, ...rest } = given.values
  return { out, types: [...new Set(types)], ...rest }
}
