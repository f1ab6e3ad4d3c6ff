/** `disclosures`: the account of what was told to whom. Each is sealed with a hash that names the one before; none is rewritten. */
import type { AuditEvent, Consent } from '@medplum/fhirtypes'
import { disclosureSubtype, isDisclosure } from '../../../mappings/codes/disclosure.ts'
import mapping from '../../../mappings/disclosure.audit-event.ts'
import { sha256Hex } from '../../digest.ts'
import { type Disclosure, DisclosureCommand, disclosureMachine, sealedText } from '../../domain/disclosure.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { ask, type Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { inSight } from '../fhir/visible.ts'
import { every, hasToken, patientIs } from '../questions.ts'
import { readStored } from '../read-as.ts'
import { collection, type Held } from './collection.ts'

type Parts = { AuditEvent: AuditEvent }

/** The hash of the client's newest disclosure: the one that no other follows. Those of one commit share its instant. */
function* lastHash(clientId: string): Steps<string | undefined> {
  const ofClient = every('AuditEvent', patientIs(clientId), hasToken('subtype', disclosureSubtype))
  const newest = { ...ofClient.query, sort: [{ param: 'date', kind: 'date' as const, descending: true }], count: 100 }
  const { items } = yield* ask({ ...ofClient, query: newest })
  const known = items.flatMap((stored) => readStored(mapping, stored) ?? [])
  const followed = new Set(known.map(({ prevHash }) => prevHash))
  return known.find(({ hash }) => !followed.has(hash))?.hash
}

function* consentIsTheirs(ctx: Context, { clientId, consentId }: Disclosure): Steps<boolean> {
  if (consentId === undefined) return true
  const consent = yield* inSight<Consent>(ctx, 'Consent', consentId)
  return consent?.patient?.reference === `Patient/${clientId}`
}

function* prepare(
  ctx: Context,
  value: Disclosure,
  before: Held<Disclosure, Parts> | undefined,
  at: string,
): Steps<Result<Disclosure>> {
  if (before)
    return sealedText(before.value) === sealedText(value)
      ? ok(value)
      : fail('rule-broken', 'What was disclosed is not rewritten: another record may tell it better.')
  if (!(yield* consentIsTheirs(ctx, value)))
    return fail('unresolved-reference', 'The consent is not known here.', {
      issues: [{ path: 'consentId', message: 'is no consent of this client' }],
    })
  const prevHash = yield* lastHash(value.clientId)
  const sealed: Disclosure = { ...value, recordedAt: at, ...(prevHash !== undefined && { prevHash }) }
  return ok({ ...sealed, hash: sha256Hex(sealedText(sealed)) })
}

export const disclosures = collection<Disclosure, Parts>({
  name: 'disclosures',
  prefix: 'dcl',
  anchor: 'AuditEvent',
  parts: [],
  mapping,
  command: DisclosureCommand,
  claims: (anchor) => isDisclosure(anchor as AuditEvent),
  sealed: true,
  client: 'patient',
  sort: '-date',
  machine: { field: 'result', states: disclosureMachine, initial: 'pending' },
  computed: ['recordedAt', 'prevHash', 'hash', 'ackedAt', 'statusReason'],
  prepare,
  on: {
    *acknowledge(_ctx, value, event, at) {
      return value.ackedAt === undefined
        ? ok({ ...value, ackedAt: event.at ?? at })
        : fail('conflict', 'This disclosure was acknowledged before.')
    },
  },
})
