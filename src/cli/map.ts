/** `handoff map`: what the mappings make of resources and messages. Changes nothing, and asks no gateway. */
import type { Result } from '../domain/problem.ts'
import type { Command, Io } from './command.ts'
import type { Way } from './map/explain-partner.ts'

export const map: Command = {
  name: 'map',
  usage:
    'handoff map <file> [--to <target> | --from <flavour>] --explain | handoff map --report [folder] | handoff map --diff <old> <new> [folder]',
  summary:
    'Tells place by place what became what, how faithful the mappings are to a folder of resources, or what a changed one changes.',
  help: `  <file> --explain    a FHIR resource or Bundle (JSON), or an HL7 v2 ADT message: every value, its domain field, what was kept
                      (a message is read as one of a sender that no connection claims)
  <file> --to <target> --explain
                      the same for a target: domain (as without); fhir, for a message: the resources that come of it at a gateway that
                      knows nobody; or a partner's flavour, or a state's report, that has a table of its own: how each value is said there,
                      and the public page that asks for it
  <file> --from <flavour> --explain
                      a partner's own resource: what each value of it is here
  --report [folder]   all resources (*.json) beneath it that a collection claims: which can be read, whether they are written back
                      unchanged, how often each element is mapped, kept untouched, or told as not representable. Without a folder:
                      those of the corpora that CORPORA names. Exit code 1 if less than 95 % can be read, or anything is lost.
  --diff <old> <new> [folder]
                      two files of one mapping: what the new one reads otherwise, or would write otherwise, of the resources beneath
                      the folder (or of the corpora), place by place. Two files that export readV2, readCcda or readNotification: what
                      the new one reads otherwise of the HL7 v2 messages, clinical documents or FHIR messages there. Their code is
                      run. Exit code 1 if there is a difference.

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
    const wanted = explained(args)
    if (wanted === undefined) {
      io.err(`Usage: ${map.usage}`)
      return 2
    }
    const { file } = wanted
    const text = io.readFile(file)
    if (text === undefined) {
      io.err(`${file} cannot be read.`)
      return 2
    }
    const told = await explain(wanted, text)
    if (told === undefined) {
      const { partnerNames } = await import('./map/explain-partner.ts')
      io.err(`There is nothing of that name; there are ${[...(wanted.way === 'to' ? targets : []), ...partnerNames].join(', ')}.`)
      return 2
    }
    return tell(told, io)
  },
}

const targets = ['domain', 'fhir (for messages)']

interface Wanted {
  readonly file: string
  readonly way: Way
  readonly target: string
}

/** `<file> --explain`, with `--to <target>` or `--from <flavour>` before or after it; `undefined` if it is something else. */
function explained(args: readonly string[]): Wanted | undefined {
  const at = args.findIndex((arg) => arg === '--to' || arg === '--from')
  const rest = args.filter((_, i) => at < 0 || (i !== at && i !== at + 1))
  const [file, ...more] = rest.filter((arg) => arg !== '--explain')
  const target = at < 0 ? 'domain' : args[at + 1]
  if (file === undefined || file.startsWith('--') || more.length > 0 || rest.length !== 2 || target === undefined)
    return undefined
  return { file, way: args[at] === '--from' ? 'from' : 'to', target }
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
  const { diffMessages, readingIn } = await import('./map/diff-messages.ts')
  const [was, is] = [await readingIn(before), await readingIn(after)]
  if (was && is && was.kind === is.kind) return counted(diffMessages(was, is, folders, io.readFile), io)
  const tables = [await mappingIn(before), await mappingIn(after)] as const
  for (const one of tables) if (!one.ok) io.err(one.problem.detail)
  if (!tables[0].ok || !tables[1].ok) return 2
  return counted(diff(tables[0].value, tables[1].value, claimedBeneath(folders, io.readFile)), io)
}

/** Tells the lines; 1 if there is a difference. */
function counted(lines: Generator<string, number>, io: Io): number {
  let line = lines.next()
  for (; !line.done; line = lines.next()) io.out(line.value)
  return line.value > 0 ? 1 : 0
}

/** `undefined`: no such target, or no such flavour. */
async function explain({ file, way, target }: Wanted, text: string): Promise<Result<readonly string[]> | undefined> {
  const isJson = text.trimStart().startsWith('{')
  if (way === 'to' && target === 'domain')
    return isJson
      ? (await import('./map/explain-resource.ts')).explainResources(file, text)
      : (await import('./map/explain-message.ts')).explainMessage(text)
  if (way === 'to' && target === 'fhir' && !isJson) return (await import('./map/explain-message.ts')).explainInFhir(text)
  const { explainPartner, partnerNames } = await import('./map/explain-partner.ts')
  return partnerNames.includes(target) ? explainPartner(file, text, way, target) : undefined
}

function tell(told: Result<readonly string[]>, io: Io): number {
  if (told.ok) for (const line of told.value) io.out(line)
  else
    for (const { path, message } of [{ path: undefined, message: told.problem.detail }, ...told.problem.issues])
      io.err([...(path === undefined ? [] : [path]), message].join('  '))
  return told.ok ? 0 : 1
}
