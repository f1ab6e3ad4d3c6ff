/** `handoff packages build`: the profiles as a package for validators and guides. Asks no gateway. */
import type { Command } from './command.ts'
import { configurationFault, settingsFor } from './settings.ts'

export const packages: Command = {
  name: 'packages',
  usage: 'handoff packages build [--out <folder>]',
  summary: 'Builds the FHIR package of our profiles, extensions and terminology.',
  help: `Writes <folder>/<name>-<version>.tgz (the present folder, if none is named), as HL7's validator and IG Publisher take it. Canonical
URLs in it begin with HANDOFF_CANONICAL_BASE.`,

  async run([what, ...args], io) {
    const out = args.length === 0 ? '.' : args[0] === '--out' && args.length === 2 ? args[1] : undefined
    if (what !== 'build' || out === undefined) {
      io.err(`Usage: ${packages.usage}`)
      return 2
    }
    const settings = await settingsFor(io)
    if (!settings) return configurationFault
    const { buildPackage } = await import('./packages/build.ts')
    const { mkdirSync, writeFileSync } = await import('node:fs')
    const { join } = await import('node:path')
    const built = buildPackage(settings.canonicalBase)
    const file = join(out, `${built.name}-${built.version}.tgz`)
    mkdirSync(out, { recursive: true })
    writeFileSync(file, built.bytes)
    io.out(`${file}: ${built.resources} resources, ${built.examples} examples, ${built.bytes.length} bytes`)
    return 0
  },
}
