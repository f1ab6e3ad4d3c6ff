/** A finding that is a crisis opens one in the commit that found it, or joins the one that is open already. */
import { riskRule } from '../../domain/assess.ts'
import type { Assessment } from '../../domain/assessment.ts'
import { CrisisEvent, type CrisisLevel, graver, isUnsettled } from '../../domain/crisis.ts'
import type { Change } from '../../store/change.ts'
import { ask, type Steps } from '../../store/store.ts'
import { activeCrises } from '../clients/active-crises.ts'
import type { Context } from '../context.ts'
import { derivedId } from '../derived-id.ts'
import { crises } from './crises.ts'
import { putsFor } from './parts.ts'

export function* crisisOf(ctx: Context, id: string, assessment: Assessment, at: string): Steps<readonly Change[]> {
  const { clientId } = assessment
  const grave = assessment.riskFindings.flatMap(({ ruleId }) => riskRule(assessment, ruleId)?.crisis ?? [])
  if (clientId === undefined || grave.length === 0) return []
  const crisisId = derivedId('cri', id)
  const known = yield* ask({ ask: 'resource', type: 'Flag', id: crisisId })
  if (known?.text !== undefined) return []
  const level = grave.map((one): CrisisLevel => one.level).reduce((so, one) => graver(so, one))
  const riskTypes = [...new Set(grave.map((one) => one.risk))]
  const { held: open, value: before } = (yield* activeCrises(clientId)).find(({ value }) => isUnsettled(value)) ?? {}
  if (before?.assessments.includes(id)) return []
  const value = before
    ? {
        ...before,
        level: graver(before.level, level),
        riskTypes: [...new Set([...before.riskTypes, ...riskTypes])],
        assessments: [...before.assessments, id],
      }
    : CrisisEvent.parse({
        clientId,
        ...(assessment.episodeId !== undefined && { episodeId: assessment.episodeId }),
        trigger: 'instrument-rule',
        riskTypes,
        level,
        assessments: [id],
        sensitivity: ['PSY'],
        confidentiality: 'R',
        state: 'open',
      })
  const held = open as unknown as Parameters<NonNullable<typeof crises.prepare>>[2]
  const prepared = yield* crises.prepare!(ctx, value, held, at)
  return prepared.ok
    ? putsFor(ctx, { collection: crises, id: open?.id ?? crisisId, value: prepared.value, before: open, at })
    : []
}
