/**
 * What is of an episode in a programme under 42 CFR Part 2, or was at an organization that is one, is under it, too, by whichever door it came,
 * and whatever becomes of it; it says so itself, because it travels alone. https://www.ecfr.gov/current/title-42/part-2/section-2.12
 */
import type { Extension, Reference, Resource } from '@medplum/fhirtypes'
import { local } from '../../../mappings/shared/extension.ts'
import type { Ref } from '../../domain/kernel.ts'
import { labelsOf } from '../../fhir/search/labels.ts'
import type { Put } from '../../store/change.ts'
import { ask, askAll, type Steps, type Stored } from '../../store/store.ts'
import type { AnyCollection } from '../collections/collection.ts'
import { withLabelsOf } from '../collections/labels-of.ts'
import type { Context } from '../context.ts'
import { nextOf, storedValue } from '../next-version.ts'
import { every } from '../questions.ts'
import { targetOf } from '../references.ts'
import { patientIs } from './open-referrals.ts'

const part2 = '42CFRPart2'
const label = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: part2 }
/** Only this label: an episode may bear others that are its own. */
const programme = { resourceType: 'Basic', meta: { security: [label] } } as Resource

const listed = <T>(value: readonly T[] | undefined): readonly T[] => (Array.isArray(value) ? value : [])
const isProgramme = local('part2-programme')

interface Told {
  readonly resourceType?: string
  readonly extension?: readonly Extension[]
  readonly episodeOfCare?: readonly Reference[]
  readonly serviceProvider?: Reference
  readonly managingOrganization?: Reference
}

/** Episodes that a resource says it is of: by `workflow-episodeOfCare` and our own extension, or as encounters do. */
const episodesOf = ({ extension, episodeOfCare }: Told): readonly string[] =>
  [...listed(extension).map((one) => one?.valueReference), ...listed(episodeOfCare)].flatMap((one) =>
    one?.reference?.startsWith('EpisodeOfCare/') ? [one.reference] : [],
  )

/** Those, and the organization where an encounter was, or that has an episode. */
function programmesOf(resource: Told): readonly string[] {
  const { resourceType, serviceProvider, managingOrganization } = resource
  const at = resourceType === 'Encounter' ? serviceProvider : resourceType === 'EpisodeOfCare' ? managingOrganization : undefined
  const { reference } = at ?? {}
  return [...episodesOf(resource), ...(reference?.startsWith('Organization/') ? [reference] : [])]
}

function* underPart2(references: Iterable<string>): Steps<ReadonlySet<string>> {
  const asked = [...new Set(references)].map((reference) => ({ ask: 'resource' as const, ...targetOf(reference) }))
  const found = (yield* askAll(asked)).filter((one) => one?.text !== undefined)
  const bound = found.filter((one) => {
    const resource = storedValue<Told>(one)!
    const isOne = listed(resource.extension).some(({ url, valueBoolean }) => url === isProgramme && valueBoolean === true)
    return isOne || (one!.type === 'EpisodeOfCare' && labelsOf(resource).has(part2))
  })
  return new Set(bound.map((one) => `${one!.type}/${one!.id}`))
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
    const names = programmesOf(put.resource as Told)
    return names.length === 0 || labelsOf(put.resource).has(part2) ? [] : [{ put, names }]
  })
  const known = yield* underPart2(bare.flatMap(({ names }) => names))
  const lacking = bare.filter(({ names }) => names.some((name) => known.has(name)))
  const isPartners = principal.kind === 'connection'
  return lacking.map(({ put: { id, type, version, text, resource } }) => {
    const current: Stored = { type, id, version, at: isPartners ? '' : at, sequence: 0, text }
    return nextOf(withLabelsOf(resource as Resource, programme), id, current, at)
  })
}

/** Types of what is of an episode. */
const contents = ['Encounter', 'Condition', 'CarePlan', 'CareTeam', 'ServiceRequest', 'QuestionnaireResponse', 'Flag'] as const

/** What was written before the episode came to be of such a programme. */
export function* labelledContents(episodeId: string, clientId: string, at: string): Steps<readonly Put[]> {
  const puts: Put[] = []
  for (const type of contents)
    for (const stored of (yield* ask(every(type, patientIs(clientId)))).items) {
      const resource = storedValue<Resource>(stored)!
      if (!episodesOf(resource as Told).includes(`EpisodeOfCare/${episodeId}`) || labelsOf(resource).has(part2)) continue
      puts.push(nextOf(withLabelsOf(resource, programme), stored.id, stored, at))
    }
  return puts
}
