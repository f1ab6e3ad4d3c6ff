/**
 * What functions written by hand share: the same checks as the codecs of the mappings, the same warnings, the same handles. Paths are
 * relative, and put together only where something is reported.
 */
import type * as fhir from '@medplum/fhirtypes'
import { local } from '../../../mappings/shared/extension.ts'
import type { Issue } from '../../../src/domain/problem.ts'
import { silently, unread } from '../../../src/lens/codec.ts'
import { decimal } from '../../../src/lens/codecs.ts'
import { handleOf } from '../../../src/lens/handle.ts'

export type Report = Issue[]

export function warn(report: Report, path: string, message: string): undefined {
  report.push({ path, message, severity: 'warning' })
}

export function text(raw: unknown, path: string, report: Report): string | undefined {
  if (typeof raw === 'string' && raw.length > 0) return raw
  return raw === undefined || raw === null ? undefined : warn(report, path, 'expected text')
}

export function bool(raw: unknown, path: string, report: Report): boolean | undefined {
  if (typeof raw === 'boolean') return raw
  return raw === undefined || raw === null ? undefined : warn(report, path, 'expected true or false')
}

export function digits(raw: number | undefined, path: string, report: Report): string | undefined {
  if (raw === undefined) return undefined
  const value = decimal.read(raw, silently)
  return value === unread ? warn(report, path, 'expected a number') : value
}

export const known = <T extends string>(...codes: readonly T[]): ReadonlySet<string> => new Set<string>(codes)

export function code<T extends string>(raw: unknown, among: ReadonlySet<string>, path: string, report: Report): T | undefined {
  if (among.has(raw as string)) return raw as T
  return raw === undefined || raw === null ? undefined : warn(report, path, `unmapped code; known are ${[...among].join(', ')}`)
}

export function matching(raw: unknown, pattern: RegExp, path: string, message: string, report: Report): string | undefined {
  if (typeof raw === 'string' && pattern.test(raw)) return raw
  return raw === undefined || raw === null ? undefined : warn(report, path, message)
}

/** What was reported of an item, with its place before it. */
export function at(place: string, report: Report, from: number): void {
  for (let i = from; i < report.length; i++) {
    const { path = '', ...rest } = report[i]!
    report[i] = {
      ...rest,
      path: path === '' ? place : path.startsWith('[') ? place + path : `${place}.${path}`,
      severity: 'warning',
    }
  }
}

/** Every item that is one. */
export function items<E, V>(
  list: readonly E[] | undefined,
  read: (item: E, report: Report) => V | undefined,
  path: string,
  report: Report,
): V[] {
  const values: V[] = []
  if (!Array.isArray(list)) return values
  for (let i = 0; i < list.length; i++) {
    if (list[i] === null || list[i] === undefined) continue
    const from = report.length
    const value = read(list[i], report)
    if (report.length > from) at(`${path}[${i}]`, report, from)
    if (value !== undefined) values.push(value)
  }
  return values
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const plainText = (raw: string, report: Report): string | undefined => text(raw, '', report)

const moment = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?)?)?$/
export const dateTime = (raw: unknown, path: string, report: Report): string | undefined =>
  matching(raw, moment, path, 'expected a date or a date and time', report)

const day = /^\d{4}(-\d{2}(-\d{2})?)?$/
export const date = (raw: unknown, path: string, report: Report): string | undefined =>
  matching(raw, day, path, 'expected a date', report)

const withOffset = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/
export const instant = (raw: unknown, path: string, report: Report): string | undefined =>
  matching(raw, withOffset, path, 'expected a date and time with offset', report)

export const whole = (raw: unknown, path: string, report: Report): number | undefined => {
  if (Number.isSafeInteger(raw)) return raw as number
  return raw === undefined || raw === null ? undefined : warn(report, path, 'expected a whole number')
}

/** What may not be absent. */
export const needed = <V>(raw: unknown, value: V | undefined, path: string, report: Report): V | undefined =>
  raw === undefined || raw === null ? warn(report, path, 'is required here') : value

/** A part of an element, with its own name before what is reported of it. */
export function part<E, V>(
  raw: E | undefined,
  read: (raw: E, report: Report) => V | undefined,
  path: string,
  report: Report,
): V | undefined {
  if (raw === undefined || raw === null) return undefined
  if (!isObject(raw)) return warn(report, path, 'expected an object')
  const from = report.length
  const value = read(raw, report)
  if (report.length > from) at(path, report, from)
  return value
}

export const object =
  <E, V>(read: (raw: E, report: Report) => V | undefined) =>
  (raw: E, report: Report): V | undefined =>
    isObject(raw) ? read(raw, report) : warn(report, '', 'expected an object')

export const readPeriod = (raw: fhir.Period, report: Report) => ({
  start: dateTime(raw.start, 'start', report),
  end: dateTime(raw.end, 'end', report),
})

export const readCoding = object((raw: fhir.Coding, report) => ({
  system: text(raw.system, 'system', report),
  version: text(raw.version, 'version', report),
  code: text(raw.code, 'code', report),
  display: text(raw.display, 'display', report),
  userSelected: bool(raw.userSelected, 'userSelected', report),
}))

export const readConcept = (raw: fhir.CodeableConcept, report: Report) => ({
  codings: items(raw.coding, readCoding, 'coding', report),
  text: text(raw.text, 'text', report),
})

const identifierUses = known('usual', 'official', 'temp', 'secondary', 'old')
export const readIdentifier = object((raw: fhir.Identifier, report) => ({
  handle: handleOf(raw),
  system: text(raw.system, 'system', report),
  value: text(raw.value, 'value', report),
  use: code<NonNullable<fhir.Identifier['use']>>(raw.use, identifierUses, 'use', report),
  type: part(raw.type, readConcept, 'type', report),
  assigner: text(raw.assigner?.display, 'assigner.display', report),
  period: part(raw.period, readPeriod, 'period', report),
}))

const addressUses = known('home', 'work', 'temp', 'old', 'billing')
const homelessUrl = local('homeless')
const confidentialUrl = local('confidential-address')
const flagPath = (url: string): string => `extension.where(${JSON.stringify({ url })}).valueBoolean`
const homelessPath = flagPath(homelessUrl)
const confidentialPath = flagPath(confidentialUrl)

/** Without a handle; one that has no handle of its own is no item of a list. */
export function readAddress(raw: fhir.Address, report: Report) {
  let homeless: fhir.Extension | undefined
  let confidential: fhir.Extension | undefined
  if (Array.isArray(raw.extension))
    for (const one of raw.extension) {
      if (one?.url === homelessUrl) homeless ??= one
      else if (one?.url === confidentialUrl) confidential ??= one
    }
  return {
    use: code<NonNullable<fhir.Address['use']>>(raw.use, addressUses, 'use', report),
    text: text(raw.text, 'text', report),
    lines: items(raw.line, plainText, 'line', report),
    city: text(raw.city, 'city', report),
    county: text(raw.district, 'district', report),
    state: text(raw.state, 'state', report),
    postalCode: text(raw.postalCode, 'postalCode', report),
    country: text(raw.country, 'country', report),
    homeless: homeless && bool(homeless.valueBoolean, homelessPath, report),
    confidential: confidential && bool(confidential.valueBoolean, confidentialPath, report),
    period: part(raw.period, readPeriod, 'period', report),
  }
}
