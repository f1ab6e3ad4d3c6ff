/**
 * What is of an episode in a programme under 42 CFR Part 2, or was at an organization that is one, is under it, too, by whichever door it came,
 * and whatever becomes of it; so is what is of such an encounter, and a goal for such a need. It says so itself, because it travels alone.
 * https://www.ecfr.gov/current/title-42/part-2/section-2.12
 */
import type { Extension, Reference, Resource } from '@medplum/fhirtypes'
import { local } from '../../../mappings/shared/extension.ts'
import type { Ref } from '../../domain/kernel.ts'
import { compartmentTable } from '../../fhir/generated/search-parameters.ts'
import { mayHave } from '../../fhir/json-text.ts'
import { listed } from '../../fhir/listed.ts'
import { labelsOf } from '../../fhir/search/labels.ts'
import type { Filter } from '../../fhir/search/query.ts'
import type { Put } from '../../store/change.ts'
import { askAll, type Steps, type Stored } from '../../store/store.ts'
import type { AnyCollection } from '../collections/collection.ts'
import { withLabelsOf } from '../collections/labels-of.ts'
import type { Context } from '../context.ts'
import { nextOf, storedValue } from '../next-version.ts'
import { allOf, patientIs, pointsAt } from '../questions.ts'
import { targetOf } from '../references.ts'

const part2 = '42CFRPart2'
const label = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: part2 }
/** Only this label: an episode may bear others that are its own. */
const programme = { resourceType: 'Basic', meta: { security: [label] } } as Resource

const isProgramme = local('part2-programme')

interface Told {
  readonly resourceType?: string
  readonly extension?: readonly Extension[]
  readonly episodeOfCare?: readonly Reference[]
  readonly serviceProvider?: Reference
  readonly managingOrganization?: Reference
  readonly encounter?: Reference | readonly Reference[]
  readonly context?: Reference | { readonly encounter?: readonly Reference[] }
  readonly addresses?: readonly Reference[]
}

/** Those that lead to a resource of the type. */
const leadingTo = (type: string, references: readonly (Reference | undefined)[]): readonly string[] =>
  references.flatMap((one) => (typeof one?.reference === 'string' && one.reference.startsWith(`${type}/`) ? [one.reference] : []))

/** Episodes that a resource says it is of: by `workflow-episodeOfCare` and our own extension, or as encounters do. */
const episodesOf = ({ extension, episodeOfCare }: Told): readonly string[] =>
  leadingTo('EpisodeOfCare', [...listed(extension).map((one) => one?.valueReference), ...listed(episodeOfCare)])

/** The encounters that a resource is of, as most types say it, as charges and medications do, or as documents. */
function encountersOf({ encounter, context }: Told): readonly string[] {
  const named = [encounter, context, context && 'encounter' in context ? context.encounter : undefined].flat()
  return leadingTo('Encounter', named as readonly Reference[])
}

/** What a resource is of, and bears the label of: these, the organization where an encounter was, or that has an episode, and a goal's needs. */
function wholesOf(resource: Told): readonly string[] {
  const { resourceType, serviceProvider, managingOrganization, addresses } = resource
  const at = resourceType === 'Encounter' ? serviceProvider : resourceType === 'EpisodeOfCare' ? managingOrganization : undefined
  return [
    ...[...episodesOf(resource), ...encountersOf(resource), ...leadingTo('Organization', [at])],
    ...(resourceType === 'Goal' ? leadingTo('Condition', listed(addresses)) : []),
  ]
}

const isOfProgramme = (resource: Told): boolean =>
  resource.resourceType === 'Organization'
    ? listed(resource.extension).some(({ url, valueBoolean }) => url === isProgramme && valueBoolean === true)
    : labelsOf(resource).has(part2)

function* underPart2(references: Iterable<string>): Steps<ReadonlySet<string>> {
  const asked = [...new Set(references)].map((reference) => ({ ask: 'resource' as const, ...targetOf(reference) }))
  // The word alone is looked for first: most are of no programme.
  const found = (yield* askAll(asked)).filter(
    (one) => one?.text !== undefined && (mayHave(one.text, part2) || mayHave(one.text, isProgramme)),
  )
  return new Set(found.filter((one) => isOfProgramme(storedValue<Told>(one)!)).map((one) => `${one!.type}/${one!.id}`))
}

/** Which field of a member names the organization. */
const organizations: Readonly<Record<string, string>> = { Encounter: 'facility', EpisodeOfCare: 'managingOrg' }

/** A member that is about to be written, with the label of the programme that it is of. */
export function* ofProgramme<T extends object>({ anchor, mapping }: AnyCollection, value: T): Steps<T> {
  const { episodeId, legalBasis, ...rest } = value as { episodeId?: string; legalBasis?: readonly string[] }
  if (legalBasis === undefined || legalBasis.includes(part2)) return value
  const named = (rest as Readonly<Record<string, Ref | undefined>>)[organizations[anchor] ?? '']
  const references = [
    ...(episodeId !== undefined && 'episodeId' in mapping.fields ? [`EpisodeOfCare/${episodeId}`] : []),
    ...(named !== undefined && 'id' in named ? [`Organization/${named.id}`] : []),
  ]
  if (references.length === 0 || (yield* underPart2(references)).size === 0) return value
  return { ...value, legalBasis: [...legalBasis, part2] }
}

/** What a hospital's message is labelled besides, where the place of the stay is such a programme. */
export function* labelsOfFacility(facility: Ref | undefined): Steps<readonly (typeof label)[]> {
  const isOne = facility !== undefined && 'id' in facility && (yield* underPart2([`Organization/${facility.id}`])).size > 0
  return isOne ? [label] : []
}

/** These writes again where they lack that label; of what a partner wrote as a version of its own. */
export function* labelledByProgramme({ principal }: Context, puts: readonly Put[], at: string): Steps<readonly Put[]> {
  const bare = puts.flatMap((put) => {
    const names = wholesOf(put.resource as Told)
    return names.length === 0 || labelsOf(put.resource).has(part2) ? [] : [{ put, names }]
  })
  const known = new Set(yield* underPart2(bare.flatMap(({ names }) => names)))
  const lacking = new Set<(typeof bare)[number]>()
  // What comes to bear the label here may be what others of these are of.
  for (;;) {
    const due = bare.filter((one) => !lacking.has(one) && one.names.some((name) => known.has(name)))
    if (due.length === 0) break
    for (const one of due) {
      lacking.add(one)
      known.add(`${one.put.type}/${one.put.id}`)
    }
  }
  const isPartners = principal.kind === 'connection'
  return [...lacking].map(({ put: { id, type, version, text, resource } }) => {
    const current: Stored = { type, id, version, at: isPartners ? '' : at, sequence: 0, text }
    return nextOf(withLabelsOf(resource as Resource, programme), id, current, at)
  })
}

/** Types of what is of an episode. */
const contents = ['Encounter', 'Condition', 'CarePlan', 'CareTeam', 'ServiceRequest', 'QuestionnaireResponse', 'Flag'] as const

/** Where what is of it is looked for; what is found is asked. */
function* around({ type, id, resource }: Put): Steps<readonly Stored[]> {
  const { patient, subject } = resource as { readonly patient?: Reference; readonly subject?: Reference }
  const [client] = leadingTo('Patient', [patient, subject])
  const ofClient: Filter | undefined = client === undefined ? undefined : patientIs(client.slice('Patient/'.length))
  const by = (param: string): Filter => pointsAt(param, `${type}/${id}`)
  const places: readonly (readonly [type: string, filter: Filter | undefined])[] =
    type === 'EpisodeOfCare'
      ? contents.map((content) => [content, ofClient])
      : type === 'Encounter'
        ? Object.entries(compartmentTable.Encounter ?? {}).flatMap(([part, params]) => params.map((param) => [part, by(param)]))
        : type === 'Condition'
          ? [['Goal', ofClient]]
          : [
              ['Encounter', by('service-provider')],
              ['EpisodeOfCare', by('organization')],
            ]
  const found: Stored[] = []
  for (const [place, filter] of places) if (filter) found.push(...(yield* allOf(place, filter)))
  return found
}

const wholes = new Set(['EpisodeOfCare', 'Encounter', 'Condition', 'Organization'])

/** What was written before that of which it is came to be of such a programme. */
export function* labelledContents(puts: readonly Put[], at: string): Steps<readonly Put[]> {
  const made = new Map<string, Put>()
  for (const put of puts) {
    if (!wholes.has(put.type) || !isOfProgramme(put.resource as Told)) continue
    for (const stored of yield* around(put)) {
      const resource = storedValue<Resource>(stored)!
      if (!wholesOf(resource as Told).includes(`${put.type}/${put.id}`) || labelsOf(resource).has(part2)) continue
      made.set(`${stored.type}/${stored.id}`, nextOf(withLabelsOf(resource, programme), stored.id, stored, at))
    }
  }
  return [...made.values()]
}
