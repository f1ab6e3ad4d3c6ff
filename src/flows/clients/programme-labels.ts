/**
 * What is of an episode in a programme under 42 CFR Part 2 is under it, too, by whichever door it came, and whatever becomes of it; it says so
 * itself, because it travels alone. https://www.ecfr.gov/current/title-42/part-2/section-2.12
 */
import type { Encounter, Extension, Resource } from '@medplum/fhirtypes'
import { labelsOf } from '../../fhir/search/labels.ts'
import type { Put } from '../../store/change.ts'
import { ask, askAll, type Steps, type Stored } from '../../store/store.ts'
import type { AnyCollection } from '../collections/collection.ts'
import { withLabelsOf } from '../collections/labels-of.ts'
import type { Context } from '../context.ts'
import { nextOf, storedValue } from '../next-version.ts'
import { every } from '../questions.ts'
import { patientIs } from './open-referrals.ts'

const part2 = '42CFRPart2'
const label = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: part2 }
/** Only this label: an episode may bear others that are its own. */
const programme = { resourceType: 'Basic', meta: { security: [label] } } as Resource

const listed = <T>(value: readonly T[] | undefined): readonly T[] => (Array.isArray(value) ? value : [])
const prefix = 'EpisodeOfCare/'

/** Episodes that a resource says it is of: by `workflow-episodeOfCare` and our own extension, or as encounters do. */
function episodesOf(resource: object): readonly string[] {
  const { extension, episodeOfCare } = resource as { extension?: Extension[]; episodeOfCare?: Encounter['episodeOfCare'] }
  const references = [...listed(extension).map((one) => one?.valueReference), ...listed(episodeOfCare)]
  return references.flatMap((one) => (one?.reference?.startsWith(prefix) ? [one.reference.slice(prefix.length)] : []))
}

function* underPart2(ids: readonly string[]): Steps<ReadonlySet<string>> {
  const found = yield* askAll(ids.map((id) => ({ ask: 'resource' as const, type: 'EpisodeOfCare', id })))
  return new Set(found.flatMap((one) => (one?.text && labelsOf(storedValue(one)!).has(part2) ? [one.id] : [])))
}

/** A member that is about to be written, with the label of the programme that its episode is in. */
export function* ofProgramme<T extends object>({ mapping }: AnyCollection, value: T): Steps<T> {
  const { episodeId, legalBasis } = value as { episodeId?: string; legalBasis?: readonly string[] }
  if (episodeId === undefined || legalBasis === undefined || !('episodeId' in mapping.fields)) return value
  if (legalBasis.includes(part2) || (yield* underPart2([episodeId])).size === 0) return value
  return { ...value, legalBasis: [...legalBasis, part2] }
}

/** These writes again where they lack that label; of what a partner wrote as a version of its own. */
export function* labelledByProgramme({ principal }: Context, puts: readonly Put[], at: string): Steps<readonly Put[]> {
  const bare = puts.filter(({ text, resource }) => text.includes(prefix) && !labelsOf(resource).has(part2))
  const known = yield* underPart2([...new Set(bare.flatMap(({ resource }) => episodesOf(resource)))])
  const lacking = bare.filter(({ resource }) => episodesOf(resource).some((id) => known.has(id)))
  const isPartners = principal.kind === 'connection'
  return lacking.map(({ id, type, version, text, resource }) => {
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
      if (!episodesOf(resource).includes(episodeId) || labelsOf(resource).has(part2)) continue
      puts.push(nextOf(withLabelsOf(resource, programme), stored.id, stored, at))
    }
  return puts
}
