/** References and coded terms by hand, with the checks of the mappings' codecs. */
import type * as fhir from '@medplum/fhirtypes'
import type { CodeTable } from '../../../src/lens/code-table.ts'
import type { Ref, RefOf } from '../../../src/lens/references.ts'
import { hangingOn } from '../../../src/lens/sibling.ts'
import { at, type Report, warn } from './checks.ts'
import { list } from './writes.ts'

export function idIn(raw: fhir.Reference | undefined, type: string, path: string, report: Report): string | undefined {
  if (raw === undefined || raw === null) return undefined
  const [kind, id, ...more] = typeof raw.reference === 'string' ? raw.reference.split('/') : []
  return kind === type && id && more.length === 0 ? id : warn(report, path, `expected a reference to a ${type} here`)
}

const isOf = (raw: fhir.Reference, type: string): boolean => raw?.reference?.startsWith(`${type}/`) === true

/** Those of one type; the others are somebody else's. */
export function idsIn(references: readonly fhir.Reference[] | undefined, type: string, path: string, report: Report): string[] {
  const ids: string[] = []
  if (!Array.isArray(references)) return ids
  for (let i = 0; i < references.length; i++) {
    if (!isOf(references[i], type)) continue
    const id = idIn(references[i], type, '', report)
    if (id === undefined) at(`${path}[${i}]`, report, report.length - 1)
    else ids.push(id)
  }
  return ids
}

export const pointing = <T extends fhir.Resource>(reference: string, prior: fhir.Reference<T> | undefined): fhir.Reference<T> =>
  prior?.reference === reference ? prior : { ...hangingOn(prior), reference }

/** The same where there may be none. */
export const refer = <T extends fhir.Resource>(type: string, id: string | undefined, prior: fhir.Reference<T> | undefined) =>
  id === undefined ? undefined : pointing(`${type}/${id}`, prior)

export const writeIds = <T extends fhir.Resource>(
  prior: fhir.Reference<T>[] | undefined,
  ids: readonly string[],
  type: string,
): fhir.Reference<T>[] | undefined =>
  list<fhir.Reference<T>, string>(
    prior,
    ids,
    (item, report) => (isOf(item, type) ? idIn(item, type, '', report) : undefined),
    (id) => id,
    (id, before) => pointing(`${type}/${id}`, before),
  )

/** The first of one type; without one, none of them stays. */
export const writeFirst = <T extends fhir.Resource>(
  prior: fhir.Reference<T>[] | undefined,
  id: string | undefined,
  type: string,
) => writeIds(prior, id === undefined ? [] : [id, ...idsIn(prior, type, '', []).slice(1)], type)

/** One of several types, told where it is not the first; what is no literal reference is kept as it is. */
export function refIn<T extends string>(raw: fhir.Reference, types: readonly T[], path: string, report: Report) {
  const [type, id, ...more] = typeof raw.reference === 'string' ? raw.reference.split('/') : []
  if (types.includes(type as T) && id && more.length === 0) return (type === types[0] ? { id } : { id, type }) as RefOf<T, T>
  const external: Record<string, string> = {}
  if (raw.identifier?.system !== undefined) external.system = raw.identifier.system
  if (raw.identifier?.value !== undefined) external.value = raw.identifier.value
  if (types.includes(raw.type as T)) external.resourceType = raw.type!
  if (raw.reference !== undefined) external.url = raw.reference
  if (raw.display !== undefined) external.display = raw.display
  for (const _ in external) return { external } as RefOf<T, T>
  return warn(report, path, 'expected a reference')
}

export function writeRef<T extends fhir.Resource>(ref: Ref, first: string, prior?: fhir.Reference<T>): fhir.Reference<T> {
  if ('id' in ref) return pointing(`${ref.type ?? first}/${ref.id}`, prior)
  const { system, value, resourceType, url, display } = ref.external
  const isSame = prior !== undefined && prior.reference === url && prior.identifier?.value === value
  const next: fhir.Reference<T> = isSame ? { ...prior } : { ...hangingOn(prior) }
  if (url !== undefined) next.reference = url
  if (resourceType !== undefined) next.type = resourceType as T['resourceType']
  if (!isSame && (system ?? value) !== undefined)
    next.identifier = { ...(system !== undefined && { system }), ...(value !== undefined && { value }) }
  if (display !== undefined) next.display = display
  return next
}

const termOf = <T extends string>(raw: fhir.CodeableConcept, table: CodeTable<T>): T | undefined => {
  if (!Array.isArray(raw.coding)) return undefined
  for (const one of raw.coding) {
    const term = one && table.termOf(one.code, one.system ?? '')
    if (term !== undefined) return term
  }
  return undefined
}

/** The first coding that is in the table. */
export function termIn<T extends string>(
  raw: fhir.CodeableConcept | undefined,
  table: CodeTable<T>,
  path: string,
  report: Report,
) {
  if (raw === undefined || raw === null) return undefined
  return termOf(raw, table) ?? warn(report, path, `unmapped: no code here is in the table for ${table.system}`)
}

/** What cannot be read stays where no term is to be written. */
export function writeTerm<T extends string>(term: T | undefined, table: CodeTable<T>, prior?: fhir.CodeableConcept) {
  const before = prior && termOf(prior, table)
  if (before === term) return prior
  return term === undefined ? undefined : { ...hangingOn(prior), coding: [table.codeOf(term)] }
}

const hasTerm =
  <T extends string>(table: CodeTable<T>) =>
  (one: fhir.CodeableConcept): boolean =>
    one !== null && termOf(one, table) !== undefined

/** The first concept of a list that is in the table; the others are somebody else's. */
export function oneTermIn<T extends string>(all: fhir.CodeableConcept[] | undefined, table: CodeTable<T>): T | undefined {
  const found = Array.isArray(all) ? all.find(hasTerm(table)) : undefined
  return found && termOf(found, table)
}

export function writeOneTerm<T extends string>(
  all: fhir.CodeableConcept[] | undefined,
  term: T | undefined,
  table: CodeTable<T>,
) {
  const index = all?.findIndex(hasTerm(table)) ?? -1
  if (term === undefined) return index < 0 ? all : all!.filter((one) => !hasTerm(table)(one))
  const next = writeTerm(term, table, all?.[index])!
  return index < 0 ? [...(all ?? []), next] : all!.with(index, next)
}

/** A reason in words. */
export const words = (raw: fhir.CodeableConcept | undefined, path: string, report: Report): string | undefined =>
  raw === undefined || raw === null
    ? undefined
    : (raw.text ?? raw.coding?.find((one) => one.display)?.display ?? warn(report, path, 'expected words'))

export const writeWords = (value: string | undefined, prior: fhir.CodeableConcept | undefined) =>
  value === undefined ? undefined : { ...hangingOn(prior), text: value }
