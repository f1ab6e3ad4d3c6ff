/** What the body of a document says: diagnoses with their negation and status, medications, what is planned, instructions. */
import { at, attribute, beneath, childrenOf, textOf, withTemplate } from '../../src/ccda/element.ts'
import type { Element } from '../../src/ccda/xml.ts'
import type { Concept } from '../../src/domain/kernel.ts'
import { concept, interval, type Reader, said, warn } from './datatypes.ts'

/** A diagnosis as the document states it. `refuted`: it says that the person has it not. */
export interface StatedDiagnosis {
  readonly code: Concept
  readonly refuted: boolean
  readonly status: 'active' | 'inactive' | 'resolved'
  readonly since?: string
  readonly until?: string
}

export interface StatedMedication {
  readonly code: Concept
  readonly status: 'active' | 'completed' | 'stopped' | 'on-hold' | 'not-taken' | 'unknown'
  readonly start?: string
  readonly end?: string
  /** As one would say it. */
  readonly dosage?: string
}

export interface PlannedItem {
  readonly kind?: 'Appointment' | 'ServiceRequest' | 'MedicationRequest'
  readonly code?: Concept
  readonly start?: string
  readonly end?: string
  readonly text?: string
}

/** All sections of the body, those inside of others too, by the LOINC code of what they hold. */
export const sectionsOf = (document: Element, ...codes: readonly string[]): readonly Element[] =>
  codedIn(document).flatMap(([code, section]) => (codes.includes(code) ? [section] : []))

/** Of each document they are looked for once: it may have very many. */
const known = new WeakMap<Element, readonly (readonly [code: string, section: Element])[]>()

function codedIn(document: Element): readonly (readonly [code: string, section: Element])[] {
  const found = known.get(document)
  if (found) return found
  const coded = beneath(at(document, 'component', 'structuredBody'), 'section').flatMap((section) => {
    const code = attribute(at(section, 'code'), 'code')
    return code === undefined ? [] : [[code, section] as const]
  })
  known.set(document, coded)
  return coded
}

const template = (n: string): string => `2.16.840.1.113883.10.20.22.4.${n}`
/** Negated, they say that there is nothing to tell: a problem, a disease, a drug or medication (SNOMED CT). */
const anything: ReadonlySet<string> = new Set(['55607006', '64572001', '410942007'])
const isAnything = (value: Element | undefined): boolean =>
  attribute(value, 'codeSystem') === '2.16.840.1.113883.6.96' && anything.has(attribute(value, 'code') ?? '')

const statuses: Readonly<Record<string, StatedDiagnosis['status']>> = {
  '55561003': 'active',
  '73425007': 'inactive',
  '413322009': 'resolved',
}
/** Act.statusCode of a concern, where nothing closer is said. */
const concerns: Readonly<Record<string, StatedDiagnosis['status']>> = {
  suspended: 'inactive',
  aborted: 'inactive',
  completed: 'resolved',
}

/**
 * The problem observations of a section. A negation of the act about it holds for the observation too; "no problem" at all is no diagnosis.
 * https://hl7.org/cda/us/ccda/StructureDefinition-ProblemObservation.html
 */
export function diagnoses(section: Element, path: string, by: Reader): readonly StatedDiagnosis[] {
  const acts = withTemplate(section, template('33'), template('3'), template('80'))
  const inside = acts.flatMap((act) => withTemplate(act, template('4')).map((observation) => ({ act, observation })))
  const known = new Set(inside.map(({ observation }) => observation))
  const alone = withTemplate(section, template('4')).filter((one) => !known.has(one))
  const all = [...inside, ...alone.map((observation) => ({ act: undefined, observation }))]
  return all.flatMap(({ act, observation }): StatedDiagnosis[] => {
    const value = at(observation, 'value')
    const refuted = [act, observation].some((one) => one?.attributes.negationInd === 'true')
    if (refuted && isAnything(value)) return []
    const code = concept(value, at(section, 'text'))
    if (!code) {
      warn(by, path, 'a diagnosis without code or text; left out')
      return []
    }
    if (code.codings.length === 0) warn(by, path, 'a diagnosis in words alone; kept as text')
    if (code.codings.some((one) => one.system?.startsWith('urn:oid:') || one.system === undefined))
      warn(by, path, 'a code of a system that is not known; kept as sent')
    const { start, end } = interval(at(observation, 'effectiveTime'), path, by)
    const own = withTemplate(observation, template('6')).map((one) => statuses[attribute(at(one, 'value'), 'code') ?? ''])[0]
    const ofAct = concerns[attribute(at(act, 'statusCode'), 'code') ?? '']
    const status = own ?? (end !== undefined ? 'resolved' : (ofAct ?? 'active'))
    return [{ code, refuted, status, ...(start !== undefined && { since: start }), ...(end !== undefined && { until: end }) }]
  })
}

const takings: Readonly<Record<string, StatedMedication['status']>> = {
  aborted: 'stopped',
  suspended: 'on-hold',
}

export function medications(section: Element, path: string, by: Reader): readonly StatedMedication[] {
  return beneath(section, 'substanceAdministration').flatMap((given): StatedMedication[] => {
    const material = at(given, 'consumable', 'manufacturedProduct', 'manufacturedMaterial')
    const code = concept(at(material, 'code'), at(section, 'text')) ?? named(textOf(at(material, 'name')))
    if (!code) return []
    const times = childrenOf(given, 'effectiveTime')
    const { start, end } = interval(times.find((one) => at(one, 'low') || at(one, 'high')) ?? times[0], path, by)
    const isNot = given.attributes.negationInd === 'true'
    if (isNot && isAnything(at(material, 'code'))) return []
    const state = attribute(at(given, 'statusCode'), 'code') ?? ''
    // Older documents write "completed" whatever they mean: with an end it is so.
    const taken = state === 'completed' ? (end === undefined ? 'unknown' : 'completed') : (takings[state] ?? 'active')
    const status = isNot ? 'not-taken' : taken
    if (status === 'unknown') warn(by, path, 'a medication that is "completed" without an end; its status is not known')
    const dosage = said(at(given, 'text'), at(section, 'text')) ?? dosageOf(given)
    return [
      {
        code,
        status,
        ...(start !== undefined && { start }),
        ...(end !== undefined && { end }),
        ...(dosage !== undefined && { dosage }),
      },
    ]
  })
}

const named = (text: string | undefined): Concept | undefined => (text === undefined ? undefined : { codings: [], text })

/** `40 mg, Oral, every 12 h` */
function dosageOf(given: Element): string | undefined {
  const quantity = (of: Element | undefined): string | undefined => {
    const value = attribute(of, 'value')
    const unit = attribute(of, 'unit')
    return value === undefined ? undefined : unit === undefined || unit === '1' ? value : `${value} ${unit}`
  }
  const period = quantity(childrenOf(given, 'effectiveTime').flatMap((one) => childrenOf(one, 'period'))[0])
  const words = [
    quantity(at(given, 'doseQuantity')),
    at(given, 'routeCode')?.attributes.displayName,
    period === undefined ? undefined : `every ${period}`,
  ]
  return words.filter((one) => one !== undefined).join(', ') || undefined
}

const kinds: Readonly<Record<string, NonNullable<PlannedItem['kind']>>> = {
  encounter: 'Appointment',
  substanceAdministration: 'MedicationRequest',
  procedure: 'ServiceRequest',
  observation: 'ServiceRequest',
  act: 'ServiceRequest',
}
const planned: ReadonlySet<string> = new Set(['INT', 'RQO', 'ARQ', 'APT', 'PRMS', 'PRP'])

/** What is to come, entry by entry; a plan in words alone is one item. */
export function plan(section: Element, path: string, by: Reader): readonly PlannedItem[] {
  const narrative = at(section, 'text')
  const items = childrenOf(section, 'entry').flatMap((entry): PlannedItem[] => {
    const [item] = childrenOf(entry).filter((one) => planned.has(one.attributes.moodCode ?? ''))
    if (!item || at(item, 'templateId')?.attributes.root === template('20')) return []
    const code =
      concept(at(item, 'code'), narrative) ??
      concept(at(item, 'consumable', 'manufacturedProduct', 'manufacturedMaterial', 'code'), narrative)
    const text = said(at(item, 'text'), narrative)
    const { start, end } = interval(at(item, 'effectiveTime'), path, by)
    const kind = kinds[item.name]
    if (!code && text === undefined && start === undefined) return []
    return [
      {
        ...(kind && { kind }),
        ...(code && { code }),
        ...(start !== undefined && { start }),
        ...(end !== undefined && { end }),
        ...(text !== undefined && { text }),
      },
    ]
  })
  const words = textOf(narrative)
  return items.length > 0 || words === undefined ? items : [{ text: words }]
}
