/**
 * XML as a tree, as far as clinical documents need it. Nothing is fetched and nothing expanded: a document type, and with it every entity
 * that is not XML's own, is refused; so is what is too deep or has too many elements.
 */
import { SaxesParser } from 'saxes'
import { fail, ok, type Result } from '../domain/problem.ts'

export interface Element {
  /** Without the prefix of its namespace; elements of extensions to CDA with theirs: `sdtc:deceasedInd`. */
  readonly name: string
  /** By name, without prefix: `xsi:type` is `type`. */
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly (Element | string)[]
}

/** Announced limits: how deep elements stand in each other, how many there are, and how many attributes one has. */
export const xmlLimits = { depth: 100, elements: 500_000, attributes: 1000 } as const
const sdtc = 'urn:hl7-org:sdtc'

class Refused extends Error {}

/** Fails without a word of what the document says. */
export function parseXml(text: string): Result<Element> {
  const reader = readerOf()
  return understood(reader.write(text) ?? reader.end())
}

/** So many characters are read between two pauses. */
const piece = 64 * 1024

/** The same of what may be long: `pause` lets everything else that waits have its turn. */
export async function parseLongXml(text: string, pause: () => Promise<void>): Promise<Result<Element>> {
  const reader = readerOf()
  for (let from = 0; from + piece < text.length; from += piece) {
    const refused = reader.write(text.slice(from, from + piece))
    if (refused) return understood(refused)
    await pause()
  }
  const last = text.length - (text.length % piece || Math.min(piece, text.length))
  return understood(reader.write(text.slice(last)) ?? reader.end())
}

type Read = Refused | Element | undefined

function understood(read: Read): Result<Element> {
  if (read instanceof Refused)
    return fail('unreadable', 'The document cannot be read as XML.', { issues: [{ message: read.message }] })
  return read ? ok(read) : fail('unreadable', 'The document is empty.')
}

/** Both answer what is refused; `end` the tree, or nothing where there was none. */
function readerOf(): { write(text: string): Refused | undefined; end(): Read } {
  const parser = new SaxesParser({ xmlns: true })
  const open: { name: string; attributes: Record<string, string>; children: (Element | string)[] }[] = []
  let root: Element | undefined
  let count = 0
  let attributes = 0
  parser.on('error', () => {
    throw new Refused(`is not well-formed at line ${parser.line}, column ${parser.column}`)
  })
  parser.on('doctype', () => {
    throw new Refused('has a document type: not read, whatever it says')
  })
  parser.on('opentagstart', () => {
    attributes = 0
  })
  parser.on('attribute', () => {
    if (++attributes > xmlLimits.attributes) throw new Refused(`has more than ${xmlLimits.attributes} attributes in one element`)
  })
  parser.on('opentag', ({ local, uri, attributes }) => {
    if (open.length >= xmlLimits.depth) throw new Refused(`has elements more than ${xmlLimits.depth} deep`)
    if (++count > xmlLimits.elements) throw new Refused(`has more than ${xmlLimits.elements} elements`)
    const own = Object.values(attributes).filter((one) => one.prefix !== 'xmlns' && one.name !== 'xmlns')
    const element = {
      name: uri === sdtc ? `sdtc:${local}` : local,
      attributes: Object.fromEntries(own.map((one) => [one.local, one.value])),
      children: [],
    }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on('closetag', () => {
    root = open.pop()
  })
  const characters = (said: string): void => void open.at(-1)?.children.push(said)
  parser.on('text', characters)
  parser.on('cdata', characters)
  const attempt = (work: () => void): Refused | undefined => {
    try {
      work()
    } catch (caught) {
      if (!(caught instanceof Refused)) throw caught
      return caught
    }
    return undefined
  }
  return {
    write: (text) => attempt(() => parser.write(text)),
    end: () => attempt(() => parser.close()) ?? root,
  }
}
