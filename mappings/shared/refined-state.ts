/**
 * A state of ours that is finer than FHIR's status: the status, and an extension that says which of the states it is. An extension that
 * contradicts the status is not believed.
 */
import type { Extension } from '@medplum/fhirtypes'
import { type Codec, cannot, words } from '../../src/lens/codec.ts'
import { oneOf } from '../../src/lens/codecs.ts'
import type { Field } from '../../src/lens/field.ts'
import type { Place } from '../../src/lens/place.ts'
import { together } from '../../src/lens/shape.ts'
import { extension, local } from './extension.ts'

interface Extensible {
  extension?: Extension[]
}

/**
 * `statusOf`: the status each state is written as; the first state of a status is what the bare status reads as. `alike`: statuses that we
 * never write, and what they read as.
 */
export function refinedState<R, A extends Extensible, Status extends string, State extends string>(
  resource: Place<R, A>,
  status: Field<R, Status | undefined>,
  statusOf: Readonly<Record<State, Status>>,
  alike?: Readonly<Partial<Record<NoInfer<Status>, NoInfer<State>>>>,
): Field<R, State> {
  const states = Object.keys(statusOf) as State[]
  const others = words<NonNullable<typeof alike>>(alike ?? ({} as NonNullable<typeof alike>))
  const bare = (of: Status): State | undefined => states.find((state) => statusOf[state] === of) ?? others[of]
  const codec: Codec<{ status: Status | undefined; fine: State | undefined }, State> = {
    name: `state(${states.join(' | ')})`,
    read({ status: now, fine }, report) {
      if (now === undefined) return cannot(report, 'is required here')
      return fine !== undefined && statusOf[fine] === now ? fine : (bare(now) ?? cannot(report, 'unmapped status'))
    },
    write(state, prior) {
      if (prior?.status !== undefined && others[prior.status] === state) return { status: prior.status, fine: undefined }
      return { status: statusOf[state], fine: bare(statusOf[state]) === state ? undefined : state }
    },
  }
  const fine = extension(resource, local('domain-state')).valueCode.optional(oneOf(...states))
  return together({ status, fine }).as(codec) as Field<R, State>
}
