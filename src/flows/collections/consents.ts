/** `consents`: what clients allow to be told, by whom, to whom, until when or until they think otherwise. */
import type { DocumentReference, Consent as Resource } from '@medplum/fhirtypes'
import { z } from 'zod'
import mapping from '../../../mappings/consent.consent.ts'
import relatedPerson from '../../../mappings/related-person.related-person.ts'
import { epoch } from '../../domain/calendar.ts'
import { stateOf } from '../../domain/client.ts'
import { type Consent, ConsentCommand, consentMachine } from '../../domain/consent.ts'
import { labelled, misgranted, missing, rewritten, shownConsentState } from '../../domain/consent-rules.ts'
import { agreementOn } from '../../domain/deciding.ts'
import { detailsOf } from '../../domain/event-details.ts'
import type { Ref } from '../../domain/kernel.ts'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import { holdsAuthority } from '../../domain/related-person.ts'
import type { Change } from '../../store/change.ts'
import { ask, type Steps } from '../../store/store.ts'
import { clientWith } from '../clients/client-facts.ts'
import { decidersOf } from '../clients/deciders.ts'
import type { Context } from '../context.ts'
import { letGo } from '../delivery/held.ts'
import { inSight } from '../fhir/visible.ts'
import { nextOf } from '../next-version.ts'
import { pointsAt } from '../questions.ts'
import { readStored, restated, standingAs } from '../read-as.ts'
import { collection, type EventInput, type Held } from './collection.ts'

type Parts = { Consent: Resource; DocumentReference?: DocumentReference }

const broken = (detail: string, issues: readonly Issue[]): Result<never> => fail('rule-broken', detail, { issues })

const authorityOf = { parent: 'parent', guardian: 'guardian', proxy: 'health-care-proxy' } as const

/** Whoever agrees for a client has the authority to, and is a related person of this client. */
export function* grantorIssues({ clientId, grantedBy }: Consent, day: string): Steps<readonly Issue[]> {
  const { who, capacity } = grantedBy ?? {}
  if (!who || capacity === undefined || capacity === 'self' || !('id' in who)) return []
  const person = readStored(relatedPerson, yield* ask({ ask: 'resource', type: 'RelatedPerson', id: who.id }))
  const may = person && person.clientId === clientId && holdsAuthority(person, authorityOf[capacity], day)
  return may ? [] : [{ path: 'grantedBy', message: 'has no such authority for this client' }]
}

/** The signed paper is kept here, and is this client's. */
function* copyIssues(ctx: Context, { clientId, copyDocumentId }: Consent): Steps<readonly Issue[]> {
  if (copyDocumentId === undefined) return []
  const paper = yield* inSight<DocumentReference>(ctx, 'DocumentReference', copyDocumentId)
  return paper?.subject?.reference === `Patient/${clientId}`
    ? []
    : [{ path: 'copyDocumentId', message: 'is no document of this client' }]
}

/** Whose word is wanting: they grant it, or have verified it. */
function* wordIssues({ settings }: Context, consent: Consent, at: string): Steps<readonly Issue[]> {
  const { clientId, grantedBy, verifications, kind } = consent
  const client = clientId === undefined ? undefined : yield* clientWith(clientId)
  if (clientId === undefined || client === undefined || grantedBy?.capacity === undefined) return []
  const jurisdiction = consent.jurisdiction ?? stateOf(client)
  const wanted = agreementOn(client, { kind, jurisdiction }, settings.minorLaws ?? [], at.slice(0, 10))
  const verified = verifications.flatMap((one) => (one.verified && one.verifiedWith ? [one.verifiedWith] : []))
  const isSelf = grantedBy.capacity === 'self'
  const lacking = (message: string): Issue => ({ path: 'grantedBy.capacity', message })
  const issues: Issue[] = []
  if (wanted.decider && isSelf) {
    const deciders = yield* decidersOf(clientId, client, at)
    const isDecider = (who: Ref): boolean => 'id' in who && who.type === 'RelatedPerson' && deciders?.includes(who.id) === true
    if (!verified.some(isDecider))
      issues.push(lacking('is not enough of a client for whom somebody else decides: they grant or verify it'))
  }
  const isClient = (who: Ref): boolean => 'id' in who && who.type === undefined && who.id === clientId
  if (wanted.client && !isSelf && !verified.some(isClient))
    issues.push(lacking('is not enough: a minor’s records of substance use treatment are told with their own word'))
  return issues
}

/** All that it lacks to come into force. */
export function* standsAgainst(ctx: Context, value: Consent, at: string): Steps<readonly Issue[]> {
  return [...missing(value), ...(yield* copyIssues(ctx, value)), ...(yield* wordIssues(ctx, value, at))]
}

function* replacedIssues(ctx: Context, { clientId, replaces }: Consent): Steps<readonly Issue[]> {
  if (replaces === undefined) return []
  const former = yield* inSight<Resource>(ctx, 'Consent', replaces)
  return former?.patient?.reference === `Patient/${clientId}`
    ? []
    : [{ path: 'replaces', message: 'is no consent of this client' }]
}

function* prepare(ctx: Context, value: Consent, before: Held<Consent, Parts> | undefined, at: string): Steps<Result<Consent>> {
  const changed = before ? rewritten(before.value, value) : []
  if (changed.length > 0) return broken('What was signed is not changed.', changed)
  if (before && before.value.state !== 'draft' && before.value.state !== 'proposed') return ok(labelled(value))
  const issues = [...misgranted(value), ...(yield* grantorIssues(value, at.slice(0, 10))), ...(yield* replacedIssues(ctx, value))]
  return issues.length > 0 ? broken('The consent cannot be kept as it stands.', issues) : ok(labelled(value))
}

const Revocation = z.object({ how: z.string().min(1).max(1000).optional() })

/** A change of mind counts from when it was told; what was told before stays told. */
function* revoke(_ctx: Context, value: Consent, event: EventInput, at: string): Steps<Result<Consent>> {
  const detail = detailsOf(Revocation, event)
  if (!detail.ok) return detail
  const revokedAt = event.at ?? at
  if (!((epoch(revokedAt) ?? Number.POSITIVE_INFINITY) <= epoch(at)!))
    return broken('Nobody revokes ahead of time.', [{ path: 'at', message: 'is no moment until now' }])
  const how = detail.value.how ?? event.reason
  return ok({ ...value, revokedAt, ...(how !== undefined && { revokedHow: how }) })
}

function* withStatusReason(_ctx: Context, value: Consent, { reason }: EventInput): Steps<Result<Consent>> {
  return ok({ ...value, ...(reason !== undefined && { statusReason: reason }) })
}

export const consents = collection<Consent, Parts>({
  name: 'consents',
  prefix: 'cns',
  anchor: 'Consent',
  parts: [
    {
      type: 'DocumentReference',
      many: false,
      of: (anchor) => [(anchor as Resource).sourceReference?.reference ?? ''],
      heldBy: (reference) => pointsAt('source-reference', reference),
    },
  ],
  mapping,
  command: ConsentCommand,
  claims: () => true,
  client: 'patient',
  sort: '-date',
  machine: { field: 'state', states: consentMachine, initial: 'draft' },
  byEvents: ['revokedAt', 'revokedHow', 'statusReason'],
  *view({ value }) {
    const { at } = yield* ask({ ask: 'now' })
    const state = shownConsentState(value, at)
    return state === value.state ? {} : { state }
  },
  prepare,
  on: {
    *activate(ctx, value, _event, at) {
      const issues = yield* standsAgainst(ctx, value, at)
      if (issues.length > 0) return fail('guard-failed', 'The consent cannot come into force as it stands.', { issues })
      return ok({ ...value, givenAt: value.givenAt ?? value.signature!.at })
    },
    revoke,
    reject: withStatusReason,
    'mark-error': withStatusReason,
  },
  concerns: (anchor) => (anchor as Resource).status === 'active',
  /** What waited for a consent goes out once this one has begun; one that replaces another ends it. */
  *after(ctx, { id, value, parts }, _before, at) {
    const owed: Change[] = []
    if (labelled(value) !== value) {
      const now = yield* ask({ ask: 'resource', type: 'Consent', id })
      owed.push(nextOf(mapping.write(labelled(value), { Consent: parts.Consent }).Consent, id, now, at))
    }
    const due = Math.max(ctx.clock(), epoch(value.validFrom ?? '') ?? 0)
    if (value.clientId !== undefined) owed.push(...(yield* letGo(value.clientId, new Date(due).toISOString())))
    const former = value.replaces
    const replaced = former === undefined ? undefined : yield* ask({ ask: 'resource', type: 'Consent', id: former })
    const standing = standingAs(mapping, replaced)
    if (value.state !== 'active' || standing?.value.state !== 'active') return ok(owed)
    const ended: Consent = { ...standing.value, state: 'revoked', revokedAt: at, revokedHow: 'replaced by another consent' }
    return ok([...owed, ...restated(mapping, standing, ended, at)])
  },
})
