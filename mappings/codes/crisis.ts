/** Codes of crises. https://hl7.org/fhir/R4/flag.html, https://hl7.org/fhir/R4/riskassessment.html */
import { crisisLevels, dispositions, riskTypes } from '../../src/domain/crisis.ts'
import { codeTable } from '../../src/lens/code-table.ts'
import { localNaming, localSystem } from '../shared/extension.ts'
import { snomed } from './systems.ts'

/** Identifier of everything that belongs to one crisis. */
export const crisisEvent = localNaming('crisis-event')
interface Identified {
  readonly identifier?: readonly { readonly system?: string; readonly value?: string }[]
}
export const crisisNumber = ({ identifier }: Identified): string | undefined =>
  Array.isArray(identifier) ? identifier.find((one) => one?.system === crisisEvent)?.value : undefined

const risk = localSystem('crisis-risk')
export const riskType = codeTable(risk, [
  ...riskTypes.map((word) => [word, word] as const),
  // Suicidal thoughts, suicidal behaviour.
  ['6471006', 'suicide', snomed],
  ['425104003', 'suicide', snomed],
])

/** https://terminology.hl7.org/CodeSystem-risk-probability.html has no word for what is acute. */
export const crisisLevel = codeTable(
  'http://terminology.hl7.org/CodeSystem/risk-probability',
  crisisLevels.map(
    (word) => (word === 'acute' ? [word, word, localSystem('crisis-level')] : [word, word]) as [string, typeof word, string?],
  ),
)

export const disposition = codeTable(
  localSystem('crisis-disposition'),
  dispositions.map((word) => [word, word] as const),
)

const alerts = localSystem('crisis-alert')
/** Communication.topic: the first alert, or one up the line. */
export const alertTopic = (code: 'opened' | 'escalated') => ({ coding: [{ system: alerts, code }] })
export const isAlert = ({ topic }: { readonly topic?: { readonly coding?: readonly { readonly system?: string }[] } }): boolean =>
  topic?.coding?.some(({ system }) => system === alerts) === true
