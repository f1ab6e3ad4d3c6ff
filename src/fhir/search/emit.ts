/**
 * What each element type gives to each kind of search parameter: the tables "Search Parameter Types" of
 * https://hl7.org/fhir/R4/search.html#ptypes in code. Values of another shape than their type's give nothing: that is validation's business.
 */
import { toNumber } from '../number.ts'
import { dateTime, instant, period, timing } from './emit-dates.ts'
import { laterNames } from './family.ts'
import { highest, lowest, normalise, type Sink } from './index-row.ts'
import { type Emit, list, type Members, members, text } from './shapes.ts'

const code: Emit = (sink, param, value, path) => {
  if (typeof value === 'string') sink.token(param, path.system, value)
}

/** "If the underlying data type is string then the search is not case sensitive." https://hl7.org/fhir/R4/search.html#token */
const caseless: Emit = (sink, param, value, path) => {
  if (typeof value === 'string') sink.token(param, path.system, value.toLowerCase())
}

const coding: Emit = (sink, param, value) => {
  const found = members(value)
  if (found === undefined) return
  const system = text(found.system)
  const codeText = text(found.code)
  if (system === undefined && codeText === undefined) sink.present(param)
  else sink.token(param, system, codeText)
  words(sink, param, found.display)
}

/** What `:text` asks for: the beginning of what people read. */
const textLength = 100

function words(sink: Sink, param: string, value: unknown): void {
  const words = text(value)
  if (words !== undefined) sink.token(`${param}:text`, undefined, textStart(words))
}

/** A text as `:text` compares it. */
export function textStart(words: string): string {
  if (words.length > textLength) return normalise(words.slice(0, textLength))
  const known = textStarts.get(words)
  if (known !== undefined) return known
  const start = normalise(words)
  if (textStarts.size >= mostTextStarts) textStarts.clear()
  textStarts.set(words, start)
  return start
}

/** Texts of codes come again and again. */
const textStarts = new Map<string, string>()
const mostTextStarts = 2000

const concept: Emit = (sink, param, value, path) => {
  const found = members(value)
  words(sink, param, found?.text)
  const codings = found?.coding
  if (!Array.isArray(codings) || codings.length === 0) sink.present(param)
  else for (let i = 0; i < codings.length; i++) coding(sink, param, codings[i], path)
}

const identifier: Emit = (sink, param, value) => {
  const found = members(value)
  if (found === undefined) return
  const system = text(found.system)
  const assigned = text(found.value)
  if (system === undefined && assigned === undefined) sink.present(param)
  else sink.token(param, system, assigned)
  const type = members(found.type)
  if (type === undefined) return
  words(sink, param, type.text)
  for (const each of list(type.coding)) {
    const { system, code } = members(each) ?? {}
    if (text(code) !== undefined && assigned !== undefined) sink.token(`${param}:of-type`, text(system), `${code}|${assigned}`)
  }
}

/** "Servers may use special handling": nobody means another address by another case. */
const contactPoint: Emit = (sink, param, value) => {
  const found = text(members(value)?.value)
  if (found === undefined) sink.present(param)
  else sink.token(param, undefined, found.toLowerCase())
}

const boolean: Emit = (sink, param, value) => {
  if (typeof value === 'boolean') sink.token(param, undefined, String(value))
}

/** `Patient.deceased.exists() and Patient.deceased != false`: every patient has it. */
const deceased: Emit = (sink, param, value) => {
  const patient = members(value)
  const dead = patient?.deceasedBoolean === true || patient?.deceasedDateTime !== undefined
  sink.token(param, undefined, String(dead))
}

/** Type and id at the end of a RESTful reference, without version. */
const restful = /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}$/

const withoutVersion = (reference: string): string => {
  const at = reference.indexOf('/_history/')
  return at < 0 ? reference : reference.slice(0, at)
}

const reference: Emit = (sink, param, value, path) => {
  const found = members(value)
  if (found === undefined) return
  const written = text(found.reference)
  const target = written === undefined ? undefined : withoutVersion(written)
  if (path.only !== undefined) {
    const type = target === undefined ? undefined : restful.exec(target)?.[1]
    if ((type ?? found.type) !== path.only) return
  }
  const id = members(found.identifier)
  if (id !== undefined) identifier(sink, `${param}:identifier`, id, path)
  if (target === undefined || target.startsWith('#')) sink.present(param)
  else sink.reference(param, target)
}

/** The system of the names that a resource has in a Bundle. */
export const inBundle = 'entry'

/** What stands first in a Bundle, by the names that it has there. As tokens: they lead to nothing that stands elsewhere. */
const leading: Emit = (sink, param, value, path) => {
  const first = members(list(members(value)?.entry)[0])
  const { resourceType, id } = members(first?.resource) ?? {}
  if (resourceType !== path.only) return
  sink.present(param)
  for (const name of [text(first?.fullUrl), text(id) && `${path.only}/${id}`]) if (name) sink.token(param, inBundle, name)
}

/** References and canonicals as tokens, whatever they lead to: the text, of the type that the path asks for. */
export const literal: Emit = (sink, param, value, path) => {
  const target = text(members(value)?.reference ?? value)
  if (target !== undefined) sink.token(param, path.only, target)
}

/** References as they are written, with their versions; none to what is contained. */
export const written: Emit = (sink, param, value, path) => {
  const target = text(members(value)?.reference ?? value)
  if (target === undefined || target.startsWith('#')) return
  if (path.only === undefined || restful.exec(withoutVersion(target))?.[1] === path.only) sink.reference(param, target)
}

const canonical: Emit = (sink, param, value) => {
  if (typeof value !== 'string') return
  if (value.startsWith('#')) return sink.present(param)
  sink.reference(param, value)
  const bar = value.indexOf('|')
  sink.reference(param, bar > 0 ? value.slice(0, bar) : `${value}|`)
}

const string: Emit = (sink, param, value, path) => {
  if (typeof value !== 'string') return
  sink.string(param, normalise(value), value)
  if (path.at[path.at.length - 1] === 'family') laterNames(sink, param, value)
}

const parts =
  (...names: readonly string[]): Emit =>
  (sink, param, value, path) => {
    const found = members(value)
    if (found === undefined) return
    let isNamed = false
    for (const name of names) {
      const part = found[name]
      if (part === undefined) continue
      for (const each of Array.isArray(part) ? part : [part]) {
        string(sink, param, each, path)
        if (name === 'family' && typeof each === 'string') laterNames(sink, param, each)
        isNamed ||= typeof each === 'string'
      }
    }
    // A name that is not known is one: its parts are missing, it is not.
    if (!isNamed) sink.present(param)
  }

const finite = (value: unknown): number | undefined => {
  const number = toNumber(value)
  return Number.isNaN(number) ? undefined : Math.min(Math.max(number, lowest), highest)
}

const number: Emit = (sink, param, value) => {
  const found = finite(value)
  if (found !== undefined) sink.number(param, found, found)
}

const numberRange: Emit = (sink, param, value) => {
  const found = members(value)
  const lo = finite(members(found?.low)?.value) ?? lowest
  const hi = finite(members(found?.high)?.value) ?? highest
  if (lo > hi || (lo === lowest && hi === highest)) sink.present(param)
  else sink.number(param, lo, hi)
}

function measured(sink: Sink, param: string, lo: number, hi: number, unit: Members): void {
  const system = text(unit.system)
  const codeText = text(unit.code)
  const printed = text(unit.unit)
  sink.quantity(param, lo, hi, system, codeText)
  if (printed !== undefined && printed !== codeText) sink.quantity(param, lo, hi, undefined, printed)
}

const quantity: Emit = (sink, param, value) => {
  const found = members(value)
  const amount = finite(found?.value)
  if (found === undefined || amount === undefined) return sink.present(param)
  // `<5` is anything up to 5. https://hl7.org/fhir/R4/valueset-quantity-comparator.html
  const comparator = text(found.comparator)?.charAt(0)
  measured(sink, param, comparator === '<' ? lowest : amount, comparator === '>' ? highest : amount, found)
}

const quantityRange: Emit = (sink, param, value) => {
  const low = members(members(value)?.low)
  const high = members(members(value)?.high)
  const lo = finite(low?.value) ?? lowest
  const hi = finite(high?.value) ?? highest
  if (lo > hi || (lo === lowest && hi === highest)) sink.present(param)
  else measured(sink, param, lo, hi, low ?? high ?? {})
}

const money: Emit = (sink, param, value) => {
  const amount = finite(members(value)?.value)
  if (amount === undefined) sink.present(param)
  else sink.quantity(param, amount, amount, 'urn:iso:std:iso:4217', text(members(value)?.currency))
}

const uri: Emit = (sink, param, value) => {
  if (typeof value === 'string') sink.uri(param, value)
}

/** Each version is found by the URL alone, too. */
const versioned: Emit = (sink, param, value) => {
  if (typeof value !== 'string') return
  sink.uri(param, value)
  const bar = value.indexOf('|')
  if (bar > 0) sink.uri(param, value.slice(0, bar))
}

/** A series has no one value. */
const series: Emit = (sink, param) => sink.present(param)

const name = parts('family', 'given', 'prefix', 'suffix', 'text')
const address = parts('line', 'city', 'district', 'state', 'postalCode', 'country', 'text')

/** By kind of parameter and type of element. */
export const emitters = {
  'token code': code,
  'token string': caseless,
  'token id': code,
  'token uri': code,
  'token boolean': boolean,
  'token Coding': coding,
  'token CodeableConcept': concept,
  'token Identifier': identifier,
  'token ContactPoint': contactPoint,
  'token deceased': deceased,
  'reference Reference': reference,
  'reference canonical': canonical,
  'reference uri': canonical,
  'reference leading': leading,
  'string string': string,
  'string markdown': string,
  'string HumanName': name,
  'string Address': address,
  'date date': dateTime,
  'date dateTime': dateTime,
  'date instant': instant,
  'date Period': period,
  'date Timing': timing,
  'number decimal': number,
  'number integer': number,
  'number positiveInt': number,
  'number unsignedInt': number,
  'number Range': numberRange,
  'quantity Quantity': quantity,
  'quantity Age': quantity,
  'quantity Duration': quantity,
  'quantity Range': quantityRange,
  'quantity Money': money,
  'quantity SampledData': series,
  'uri uri': uri,
  'uri url': uri,
  'uri canonical': versioned,
  'uri oid': uri,
  'uri uuid': uri,
} as const satisfies Record<string, Emit>
