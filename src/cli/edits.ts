/** `handoff edits`: loads CMS's quarterly claim edits (NCCI) from the files that CMS publishes. */
import type { ReadEdits } from '../billing/claim-edit-files.ts'
import { localDate } from '../domain/calendar.ts'
import type { Command, Io } from './command.ts'
import { callAdmin } from './remote.ts'

const programmes = ['medicare', 'medicaid']

export const edits: Command = {
  name: 'edits',
  usage: 'handoff edits pairs|units medicare|medicaid <first day of the quarter> <file…>',
  summary: 'Loads CMS’s quarterly claim edits (NCCI) from its files.',
  help: [
    'pairs  procedure-to-procedure edits of practitioners (ccipra-…, tab-delimited text): name all files of the quarter, they',
    '       replace what was loaded before',
    'units  medically unlikely edits (CSV): those of practitioners; earlier quarters stay, for services of their days',
    '',
    'From https://www.cms.gov/medicare/coding-billing/national-correct-coding-initiative-ncci-edits; only numbers are read, and only',
    'those about codes that can be billed here. HANDOFF_BASE_URL says where the gateway is, HANDOFF_ADMIN_TOKEN who asks.',
  ].join('\n'),
  async run([what, programme = '', from = '', ...files], io) {
    const isCalled = (what === 'pairs' || what === 'units') && programmes.includes(programme) && localDate(from) === from
    if (!isCalled || files.length === 0) {
      io.err(`Usage: ${edits.usage}`)
      return 2
    }
    const { readPairs, readUnits } = await import('../billing/claim-edit-files.ts')
    const found = files.map((file) => readFile(io, file, what === 'pairs' ? readPairs : readUnits))
    if (found.some((one) => one === undefined)) return 78
    const all = found.flatMap((one) => one ?? [])
    return callAdmin(io, { method: 'PUT', path: '/claim-edits', body: JSON.stringify({ programme, from, [what]: all }) })
  },
}

/** Its edits, with a word on what else it holds; undefined where it cannot be read, or is no such table. */
function readFile(io: Io, file: string, read: (text: string) => ReadEdits<object>): readonly object[] | undefined {
  const text = io.readFile(file)
  if (text === undefined) {
    io.err(`${file} cannot be read.`)
    return undefined
  }
  const { edits, passedOver, unread, isOfOthers } = read(text)
  if (isOfOthers) {
    io.err(`${file} holds edits of hospitals or suppliers: those of practitioners are wanted.`)
    return undefined
  }
  if (unread.length > 0 || edits.length + passedOver === 0) {
    const lines = unread.slice(0, 10).join(', ')
    io.err(unread.length > 0 ? `${file} has rows that cannot be read: lines ${lines}.` : `${file} holds no such edits.`)
    return undefined
  }
  io.err(`${file}: ${edits.length} edits, and ${passedOver} about codes that are not billed here.`)
  return edits
}
