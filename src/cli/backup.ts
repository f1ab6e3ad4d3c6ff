/** `handoff backup`: a copy of the store, while a gateway runs on it. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { unlessThrown } from '../domain/problem.ts'
import { type Command, reasonOf } from './command.ts'
import { configurationFault, settingsFor } from './settings.ts'

export const backup: Command = {
  name: 'backup',
  usage: 'handoff backup --out <folder>',
  summary: 'Copies the store, while a gateway runs on it: what is restored from the copy sends nothing twice.',
  help: `For HANDOFF_STORE=sqlite:<folder>. The folder must not be there yet; its parent must. It holds what the store holds, and is to be kept
as safe. To restore it: stop the gateway, move the store's folder away, put a copy of this one in its place, and start the gateway. Cursors
that were given out before are then refused (410): whoever pulls begins anew. Prints each file with its SHA-256 (in SHA256SUMS, too).
A PostgreSQL is backed up by its own means; docs/operating.md tells what to do with it before a gateway is started on what was restored.`,

  async run(args, io) {
    const out = outOf(args)
    if (out === undefined) {
      io.err(`Usage: ${backup.usage}`)
      return 2
    }
    const settings = await settingsFor(io)
    if (!settings) return configurationFault
    const folder = /^sqlite:(?!:memory:$)(.+)$/s.exec(settings.store)?.[1]
    if (folder === undefined) {
      io.err('Only a store in a folder (HANDOFF_STORE=sqlite:<folder>) is copied by this.')
      return configurationFault
    }
    const { backUp } = await import('../store/sqlite-backup.ts')
    try {
      for (const { file, sha256 } of backUp(resolve(folder), resolve(out))) io.out(`${sha256}  ${file}`)
      return 0
    } catch (error) {
      io.err(`Nothing was copied: ${reasonOf(error)}`)
      return 1
    }
  },
}

const outOf = (args: readonly string[]): string | undefined =>
  unlessThrown(() => parseArgs({ args: [...args], options: { out: { type: 'string' } } }))?.values.out
