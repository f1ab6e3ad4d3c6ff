/** A client's crises that still count: those whose Flag is active. */
import type { Flag } from '@medplum/fhirtypes'
import { type CrisisEvent, isUnsettled } from '../../domain/crisis.ts'
import type { Steps } from '../../store/store.ts'
import { crises } from '../collections/crises.ts'
import { type Gathered, gather } from '../collections/parts.ts'
import { storedValue } from '../next-version.ts'
import { allOf, isActive, patientIs } from '../questions.ts'

interface HeldCrisis {
  readonly held: Gathered
  readonly value: CrisisEvent
}

/** Is somebody with the client in a crisis now, or should be? Nobody else calls or writes meanwhile unless they must. */
export function* isInCrisis(clientId: string): Steps<boolean> {
  return (yield* activeCrises(clientId)).some(({ value }) => isUnsettled(value))
}

export function* activeCrises(clientId: string): Steps<readonly HeldCrisis[]> {
  const found: HeldCrisis[] = []
  for (const stored of yield* allOf('Flag', patientIs(clientId), isActive)) {
    if (!crises.claims(storedValue<Flag>(stored)!)) continue
    const held = yield* gather(crises, stored)
    if (held.ok) found.push({ held: held.value, value: held.value.value as unknown as CrisisEvent })
  }
  return found
}
