/** Codes of advocacy. No standard has words for it: they are our own. */
import { advocacyKinds, advocacyOutcomes } from '../../src/domain/advocacy.ts'
import { codeTable } from '../../src/lens/code-table.ts'
import { localSystem } from '../shared/extension.ts'

export const advocacyKind = codeTable(
  localSystem('advocacy-kind'),
  advocacyKinds.map((word) => [word, word] as const),
)
export const advocacyOutcome = codeTable(
  localSystem('advocacy-outcome'),
  advocacyOutcomes.map((word) => [word, word] as const),
)
/** Task.businessStatus. */
export const appealed = codeTable(localSystem('advocacy-business-status'), [['appealed', 'appealed']])

/** Communication.topic: a step of an action. */
export const stepTopic = { coding: [{ system: localSystem('communication-topic'), code: 'advocacy-step' }] }
interface Topical {
  readonly topic?: { readonly coding?: readonly { readonly system?: string; readonly code?: string }[] }
}
export const isAdvocacyStep = ({ topic }: Topical): boolean =>
  topic?.coding?.some(({ system, code }) => system === stepTopic.coding[0]!.system && code === 'advocacy-step') === true
