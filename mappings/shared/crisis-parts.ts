/** What the parts of a crisis say besides: whose it is, since when, and how far it is. It follows from the Flag. */
import type { Communication, Flag, Identifier, Procedure, Reference, RiskAssessment } from '@medplum/fhirtypes'
import type { CrisisEvent } from '../../src/domain/crisis.ts'
import { crisisEvent, crisisNumber, isAlert } from '../codes/crisis.ts'

type Part = RiskAssessment | Procedure | Communication

const numbered = (identifier: readonly Identifier[] | undefined, value: string): Identifier[] =>
  identifier?.some((one) => one.system === crisisEvent)
    ? [...identifier]
    : [...(identifier ?? []), { system: crisisEvent, value }]

const isOver = new Set<CrisisEvent['state']>(['resolved', 'followed-up', 'transferred'])

/** A part as it must stand beside this Flag, of this crisis. What others communicate about it is theirs. */
export function crisisPart(
  part: Part,
  flag: Flag,
  crisis: Pick<CrisisEvent, 'state' | 'openedAt' | 'closedAt' | 'acknowledgedBy'>,
): Part {
  if (part.resourceType === 'Communication' && !isAlert(part)) return part
  const whole = {
    ...part,
    identifier: numbered(part.identifier, crisisNumber(flag) ?? ''),
    subject: flag.subject as Reference as Communication['subject'],
  }
  const { state, openedAt, closedAt, acknowledgedBy } = crisis
  if (state === 'entered-in-error') return { ...whole, status: state } as Part
  if (whole.resourceType === 'RiskAssessment')
    return { ...whole, ...(openedAt !== undefined && { occurrenceDateTime: openedAt }) } as RiskAssessment
  if (whole.resourceType === 'Procedure') {
    const performedPeriod = {
      ...whole.performedPeriod,
      ...(openedAt !== undefined && { start: openedAt }),
      ...(closedAt !== undefined && { end: closedAt }),
    }
    return { ...whole, status: isOver.has(state) ? 'completed' : 'in-progress', performedPeriod } as Procedure
  }
  if (state === 'open') return whole as Communication
  // Acknowledged, or gone elsewhere: the alert is over.
  return { ...whole, status: 'completed', ...(acknowledgedBy && { received: acknowledgedBy.at }) } as Communication
}
