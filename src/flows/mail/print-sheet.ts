/**
 * A referral on paper, for an organization that has neither software nor e-mail: a cover, what is asked, and the address at which it can be
 * answered with a code that is told by telephone. A person faxes it. Nothing is sent from here, for a gateway that turns e-mail into a fax
 * would be told of the client by e-mail.
 */
import type { Communication } from '../../domain/communication.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { type Steps, write } from '../../store/store.ts'
import { communications } from '../collections/communications.ts'
import { hold } from '../collections/parts.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { named } from '../coordination/named.ts'
import { allowed } from '../fhir/allowed.ts'
import { seenBy } from '../fhir/visible.ts'
import { isSheet, printed } from './faxed.ts'
import { leadsTo } from './leads.ts'
import { calledBy } from './link-page.ts'
import { shortLink } from './secure-link.ts'
import { type ToldReferral, toldReferral } from './told-referral.ts'

export interface Sheet {
  /** The organization, by name, and the number on record. */
  readonly to: string
  readonly number?: string
  /** Who sends it, by name. */
  readonly from: string
  readonly on: string
  /** Where it is answered. */
  readonly address: string
  readonly told: ToldReferral
}

/** What a sheet tells of. */
const shown = ['ServiceRequest', 'Task', 'Patient', 'Condition'] as const

/**
 * For whoever may read what stands on it. Problems: `not-found`, `forbidden`; `rule-broken` where it is no sheet that waits to be sent;
 * `guard-failed` where no consent permits it now.
 */
export async function printSheet(ctx: Context, id: string): Promise<Result<Sheet>> {
  const collection = named(ctx, 'communications', 'read')
  if (!collection.ok) return collection
  const may = allowed(ctx, 'read', ...shown)
  if (!may.ok) return may
  const made = await commit(ctx, 'print-sheet', function* (at): Steps<Result<Omit<Sheet, 'address'>>> {
    const held = yield* hold(communications, id, seenBy(ctx))
    if (!held.ok) return held
    const said = held.value.value as Communication
    if (!isSheet(said) || said.state !== 'queued')
      return fail('rule-broken', 'It is no sheet for a fax that waits to be sent.', {
        issues: [{ path: 'state', message: 'is queued, with a code, of a fax with the notice secure-link' }],
      })
    const leads = yield* leadsTo(said, seenBy(ctx))
    const told = leads?.to === 'work' ? yield* toldReferral(ctx, leads, id, 'fax', at, seenBy(ctx)) : ok(undefined)
    if (!told.ok) return told
    if (leads?.to !== 'work' || !told.value)
      return fail('guard-failed', 'No consent in force permits to tell this organization of it.')
    yield* write(printed.remember(id, [...new Set([...((yield* printed.of(id)) ?? []), ...told.value.disclosures])]))
    return ok({
      to: yield* calledBy({ id: leads.organization, type: 'Organization' }, 'Organization'),
      ...(said.sentTo !== undefined && { number: said.sentTo }),
      from: said.from ? yield* calledBy(said.from, 'Practitioner') : '',
      on: at,
      told: told.value,
    })
  })
  if (!made.ok) return made
  const address = await shortLink(ctx, id)
  return address.ok ? ok({ ...made.value, address: address.value }) : address
}
