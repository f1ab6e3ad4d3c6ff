/** What keeps a care plan from being activated: needs that are the client's no longer, a signature that the law of their state wants. */
import type { Condition } from '@medplum/fhirtypes'
import needMapping from '../../../mappings/need.condition.ts'
import type { CarePlan } from '../../domain/care-plan.ts'
import { stateOf } from '../../domain/client.ts'
import { decidingAuthority } from '../../domain/deciding.ts'
import type { Need } from '../../domain/need.ts'
import type { Issue } from '../../domain/problem.ts'
import type { Steps } from '../../store/store.ts'
import { clientWith } from '../clients/client-facts.ts'
import type { Context } from '../context.ts'
import { askEach } from '../questions.ts'
import { type Standing, standingAs } from '../read-as.ts'

type StandingNeed = Standing<Need, Condition>

/** The needs that are known here and can be read. */
export function* needsNamed(ids: readonly string[]): Steps<readonly StandingNeed[]> {
  const found = yield* askEach('Condition', ids)
  return found.flatMap((stored) => standingAs(needMapping, stored) ?? [])
}

/** A social need is acted on when the client agrees that it is one; asking them is no acting yet. */
const isUnwanted = ({ value: need }: StandingNeed): boolean => need.domain === 'sdoh' && need.clientView === 'disagrees'
export const isAgreed = ({ value: need }: StandingNeed): boolean => need.domain !== 'sdoh' || need.clientView === 'agrees'

export function* hindered({ settings }: Context, plan: CarePlan, at: string): Steps<readonly Issue[]> {
  const unwanted = (yield* needsNamed(plan.needs)).filter(isUnwanted)
  return [
    ...unwanted.map(({ stored }) => ({
      path: 'needs',
      message: `names ${stored.id}, which the client does not see as a need`,
      about: `Condition/${stored.id}`,
    })),
    ...(yield* unsigned(settings.planSignatures ?? [], plan, at)),
  ]
}

/** In these states a plan is signed by the client, or by whoever decides for them. */
function* unsigned(states: readonly string[], { clientId, signatures }: CarePlan, at: string): Steps<readonly Issue[]> {
  const client = states.length > 0 ? yield* clientWith(clientId) : undefined
  if (!client || !states.includes(stateOf(client) ?? '')) return []
  const isDecidedFor = decidingAuthority(client, at.slice(0, 10)) !== undefined
  const signer = isDecidedFor ? 'guardian' : 'client'
  if (signatures.some(({ role }) => role === signer)) return []
  const who = isDecidedFor ? 'whoever decides for the client (role guardian)' : 'the client (role client)'
  return [{ path: 'signatures', message: `lack that of ${who}, which the law of their state wants` }]
}
