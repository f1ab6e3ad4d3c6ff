/** `handoff map`: what the mappings make of resources and messages. Changes nothing, and asks no gateway. */
import type { Command, Io } from './command.ts'

export const map: Command = {
  name: 'map',
  usage: 'handoff map <file> --explain | handoff map --report [folder] | handoff map --diff <old> <new> [folder]',
  summary:
    'Tells place by place what became what, how faithful the mappings are to a folder of resources, or what a changed one changes.',
  help: `  <file> --explain    a FHIR resource or Bundle (JSON), or an HL7 v2 ADT message: every value, its domain field, what was kept
                      (a message is read as one of a sender that no connection claims)
  --report [folder]   all resources (*.json) beneath it that a collection claims: which can be read, whether they are written back
                      unchanged, how often each element is mapped, kept untouched, or told as not representable. Without a folder:
                      those of the corpora that CORPORA names. Exit code 1 if less than 95 % can be read, or anything is lost.
  --diff <old> <new> [folder]
                      two files of one mapping: what the new one reads otherwise, or would write otherwise, of the resources beneath
                      the folder (or of the corpora), place by place. Their code is run. Exit code 1 if there is a difference.

What is told holds what the file holds: mind where it goes.`,

  async run(args, io) {
    if (args[0] === '--diff' && (args.length === 3 || args.length === 4)) return diff(args, io)
    if (args[0] === '--report' && args.length <= 2) {
      const { faultless, fidelities, foldersOf, told } = await import('./map/report.ts')
      const folders = foldersOf(args[1], io.env.CORPORA)
      if (folders.length === 0) return noFolder(io)
      const all = fidelities(folders, io.readFile)
      for (const line of told(all)) io.out(line)
      return all.every(faultless) ? 0 : 1
    }
    const [file, ...more] = args.filter((arg) => arg !== '--explain')
    if (file === undefined || file.startsWith('--') || more.length > 0 || args.length !== 2) {
      io.err(`Usage: ${map.usage}`)
      return 2
    }
    const text = io.readFile(file)
    if (text === undefined) {
      io.err(`${file} cannot be read.`)
      return 2
    }
    return explain(file, text, io)
  },
}

function noFolder(io: Io): number {
  io.err('There is no such folder. Name one, or set CORPORA.')
  return 2
}

async function diff([, before = '', after = '', folder]: readonly string[], io: Io): Promise<number> {
  const { diff, mappingIn } = await import('./map/diff.ts')
  const { claimedBeneath, foldersOf } = await import('./map/report.ts')
  const folders = foldersOf(folder, io.env.CORPORA)
  if (folders.length === 0) return noFolder(io)
  const tables = [await mappingIn(before), await mappingIn(after)] as const
  for (const one of tables) if (!one.ok) io.err(one.problem.detail)
  if (!tables[0].ok || !tables[1].ok) return 2
  const lines = diff(tables[0].value, tables[1].value, claimedBeneath(folders, io.readFile))
  let line = lines.next()
  for (; !line.done; line = lines.next()) io.out(line.value)
  return line.value > 0 ? 1 : 0
}

async function explain(file: string, text: string, io: Io): Promise<number> {
  const told = text.trimStart().startsWith('{')
    ? (await import('./map/explain-resource.ts')).explainResources(file, text)
    : (await import('./map/explain-message.ts')).explainMessage(text)
  if (told.ok) for (const line of told.value) io.out(line)
  else
    for (const { path, message } of [{ path: undefined, message: told.problem.detail }, ...told.problem.issues])
      io.err([...(path === undefined ? [] : [path]), message].join('  '))
  return told.ok ? 0 : 1
}
