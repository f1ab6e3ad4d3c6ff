/**
 * The account of what was told under a consent (42 CFR 2.25, 45 CFR 164.528): written before it leaves, in the commit that finds the
 * consent in force, so that nothing is ever told of which there is no account; what became of it is kept with the delivery's own outcome.
 * There is one entry for each version of a record, partner and consent, however often it was tried.
 */
import type { Outcome } from '../../connectors/connector.ts'
import type { Disclosure } from '../../domain/disclosure.ts'
import { ok, type Result } from '../../domain/problem.ts'
import { noticeKey } from '../../domain/redisclosure.ts'
import { valueIn } from '../../fhir/exact.ts'
import { ask, type Steps, type Stored } from '../../store/store.ts'
import { disclosures } from '../collections/disclosures.ts'
import { hold } from '../collections/parts.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { move } from '../coordination/move.ts'
import { save } from '../coordination/save.ts'
import { derivedId } from '../derived-id.ts'
import { type Permitted, permission, type Telling, type Told } from './permission.ts'

/** An entry, and whether what it tells of has arrived: `undefined` while nobody knows. */
export interface Accounted {
  readonly id: string
  readonly arrived: boolean | undefined
}

type Disclosing = Permitted & { readonly disclosure: string }

/** Accounts for a version that is about to be sent, if a consent permits it now; `value` is undefined where none does. */
export function disclose(ctx: Context, to: Told, stored: Stored): Promise<Result<Disclosing | undefined>> {
  return commit(ctx, 'disclose', function* (at) {
    return yield* accounted(ctx, to, stored, 'fhir', at)
  })
}

/** The same inside a commit; `method`: the way that it goes. */
export function* accounted(
  ctx: Context,
  to: Told,
  stored: Stored,
  method: Disclosure['method'],
  at: string,
): Steps<Result<Disclosing | undefined>> {
  const permitted = yield* permission(to, valueIn(stored.text!), at)
  if (!permitted) return ok(undefined)
  const entered = yield* enter(ctx, to, stored, permitted, method, at)
  return entered.ok ? ok({ ...permitted, disclosure: entered.value }) : entered
}

/** Its entry, which may stand there already: the id. What takes no consent is treatment, payment or operations. */
export function* enter(
  ctx: Context,
  to: Told,
  stored: Stored,
  telling: Telling & Partial<Permitted>,
  method: Disclosure['method'],
  at: string,
): Steps<Result<string>> {
  const { type, id, version } = stored
  const by = telling.consentId === undefined ? [] : [telling.consentId]
  const disclosure = derivedId('dcl', to.name, type, id, String(version), ...by)
  if (yield* ask({ ask: 'resource', type: 'AuditEvent', id: disclosure })) return ok(disclosure)
  const value = { ...entryOf(to, stored, telling, at), method }
  const saved = yield* save(ctx, { collection: disclosures, id: disclosure, value, at })
  return saved.ok ? ok(disclosure) : saved
}

function entryOf(to: Told, stored: Stored, telling: Telling & Partial<Permitted>, at: string): Disclosure {
  const { facility, name, reader } = to
  const { consent, consentId, clientId, purpose, labels, notice } = telling
  return {
    clientId,
    at,
    recordedAt: at,
    ...(consentId === undefined ? { basis: 'tpo-hipaa' } : { basis: 'consent', consentId }),
    discloser: consent?.disclosers[0] ?? { external: { display: 'Warm Handoff' } },
    recipient: reader?.recipient ?? (facility === undefined ? { external: { display: name } } : { id: facility }),
    purpose,
    resources: [{ type: stored.type, id: stored.id, version: String(stored.version), sensitivity: labels.sensitivity }],
    segmentsRemoved: [],
    noticesSent: notice ? [noticeKey(notice)] : [],
    consentCopySent: false,
    decision: { permit: true, reasons: [], ruleVersions: [] },
    // That there was something to tell is as protected as what was told.
    ...labels,
    result: 'pending',
  }
}

/** What became of it; an entry that is closed stays so. */
export function* becameOf(ctx: Context, { id, arrived }: Accounted): Steps<void> {
  if (arrived === undefined) return
  const held = yield* hold(disclosures, id)
  if (!held.ok) return
  const { at } = yield* ask({ ask: 'now' })
  const event = arrived ? { type: 'send' } : { type: 'fail', reason: 'The recipient did not take it.' }
  yield* move(ctx, disclosures, held.value, event, at)
}

/** Not known while an attempt was not answered, or may be made again. */
export const arrived = ({ outcome }: Outcome<unknown>): boolean | undefined =>
  outcome === 'try-again' ? undefined : outcome === 'delivered'
