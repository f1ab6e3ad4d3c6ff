/** Who of the care team may come in, and what they may do here: as their Practitioner, roles stand now. */
import type { Identifier, Practitioner, PractitionerRole } from '@medplum/fhirtypes'
import type { Principal } from '../../access/principal.ts'
import { roleFor } from '../../access/sign-in.ts'
import { ask, type Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../next-version.ts'
import { every, hasToken } from '../questions.ts'
import { isNow, rolesOn } from '../worklists/supervision.ts'

/** The one active Practitioner whose identifier the provider has told, with a role that lets them in. */
export function* admitted({ settings, principal }: Context, subject: string): Steps<Principal | undefined> {
  const { signIn } = settings
  if (!signIn) return undefined
  const { at } = yield* ask({ ask: 'now' })
  const day = at.slice(0, 10)
  const known = { system: signIn.identifierSystem, code: subject }
  const { items } = yield* ask(every('Practitioner', hasToken('identifier', known)))
  const [person, another] = items
    .flatMap((one) => storedValue<Practitioner>(one) ?? [])
    .filter(({ active, identifier = [] }) => active !== false && identifier.some((one) => names(one, known, day)))
  if (!person?.id || another) return undefined
  const roles = yield* rolesOn(person.id, day)
  const role = roleFor(signIn, roles.flatMap(codesOf))
  if (!role) return undefined
  return {
    kind: 'practitioner',
    id: `Practitioner/${person.id}`,
    tenant: principal.tenant,
    scopes: role.scope.split(' '),
    purpose: role.purpose,
    visible: { patients: 'all', protectedRecords: role.protected_records },
  }
}

/** Today, that is: an account that was theirs once may be somebody else's by now. */
const names = ({ system, value, use, period }: Identifier, known: { system: string; code: string }, day: string): boolean =>
  system === known.system && value === known.code && use !== 'old' && isNow(period, day)

const codesOf = ({ code, specialty }: PractitionerRole): readonly string[] =>
  [...(code ?? []), ...(specialty ?? [])].flatMap(({ coding }) => (coding ?? []).flatMap((one) => one.code ?? []))
