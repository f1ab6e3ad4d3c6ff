/** What a changed reading makes otherwise of real messages than the one before: HL7 v2, FHIR messages, clinical documents. */
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseXml } from '../../ccda/xml.ts'
import type { Issue, Result } from '../../domain/problem.ts'
import { readJson } from '../../fhir/exact.ts'
import { readMessage } from '../../hl7v2/message.ts'
import { changes, said } from '../../lens/difference.ts'
import type { Io } from '../command.ts'
import { type Line, toldOf } from './diff.ts'

type Heard = Result<{ readonly issues: readonly Issue[] }>
/** What is read from a text by the exported function; `undefined` where the text is of another kind. */
type Open = (read: (opened: never) => Heard) => (text: string) => Heard | undefined

/** By the name of the function that reads them. */
const kinds: Readonly<Record<string, Open>> = {
  readV2: (read) => (text) => {
    if (!text.startsWith('MSH')) return undefined
    const message = readMessage(new TextEncoder().encode(text), { charset: 'utf-8' })
    return message.ok ? read(message.value as never) : message
  },
  readCcda: (read) => (text) => {
    if (!text.includes('ClinicalDocument')) return undefined
    const xml = parseXml(text)
    return xml.ok ? read(xml.value as never) : xml
  },
  readNotification: (read) => (text) => {
    const json = text.trimStart().startsWith('{') ? readJson(text, { bytes: text.length }) : undefined
    return json?.ok && json.value.value.type === 'message' ? read(json.value.value as never) : undefined
  },
}

/** A reading of messages, from the file that exports it. */
interface Reading {
  readonly kind: string
  readonly version: number
  readonly hear: (text: string) => Heard | undefined
}

export async function readingIn(file: string): Promise<Reading | undefined> {
  const path = resolve(file)
  if (!existsSync(path)) return undefined
  const exported = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>
  const kind = Object.keys(kinds).find((name) => typeof exported[name] === 'function')
  if (kind === undefined) return undefined
  const tables = Object.values(exported) as readonly ({ readonly version?: unknown } | undefined)[]
  const version = tables.map((one) => one?.version).find((one) => typeof one === 'number') ?? 0
  return { kind, version, hear: kinds[kind]!(exported[kind] as (opened: never) => Heard) }
}

/** The messages in a file: HL7 v2 may stand one after the other. */
const messagesIn = (text: string): readonly string[] =>
  text.startsWith('MSH') ? text.split(/(?<![\r\n])[\r\n]+(?=MSH)/).filter((one) => one !== '') : [text]

/** Line by line; the last one counts. */
export function* diffMessages(before: Reading, after: Reading, folders: readonly string[], readFile: Io['readFile']): Line {
  let [all, different] = [0, 0]
  for (const folder of folders)
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
      const texts = messagesIn(readFile(join(folder, name)) ?? '')
      for (const [i, text] of texts.entries()) {
        const [was, is] = [before.hear(text), after.hear(text)]
        if (!was || !is) continue
        all++
        const found = changes(madeOf(was), madeOf(is))
        if (found.length === 0) continue
        different++
        yield texts.length > 1 ? `${join(folder, name)} [${i}]` : join(folder, name)
        yield* toldOf(found)
      }
    }
  yield `${before.kind}: version ${before.version} → ${after.version}: ${different} of ${all} messages read otherwise`
  return different
}

const madeOf = (heard: Heard): Readonly<Record<string, unknown>> =>
  heard.ok
    ? { readable: true, ...heard.value, issues: said(heard.value.issues) }
    : { readable: false, issues: said(heard.problem.issues) }
