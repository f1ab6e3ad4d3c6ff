/** A secure link is followed: who has the code is shown what it leads to, and may answer. Every try stands in the audit. */
import { seal, unseal } from '../../access/seal.ts'
import type { Communication } from '../../domain/communication.ts'
import type { Ref } from '../../domain/kernel.ts'
import { fail, ok, type Problem, type Result } from '../../domain/problem.ts'
import { type KeptLink, mostWrongCodes, organizationOf } from '../../domain/secure-link.ts'
import { lookThrough, type Steps } from '../../store/store.ts'
import { tell } from '../audit/line.ts'
import { communications } from '../collections/communications.ts'
import { hold } from '../collections/parts.ts'
import { referrals } from '../collections/referrals.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { move } from '../coordination/move.ts'
import { sealing } from '../sealing.ts'
import { type Answer, answered } from './answers.ts'
import { type Leads, leadsTo } from './leads.ts'
import { hashedCode, keepLink, keptLink } from './link-code.ts'
import { type LinkPage, pageOf } from './link-page.ts'
import { gone } from './secure-link.ts'
import { mayBeTold } from './told-by-link.ts'

const kind = 'secure-link'
const ticketKind = 'secure-link-page'
/** A page is answered within half an hour, or opened anew. */
const ticketMs = 30 * 60_000

/** What is shown, with the ticket by which it is answered; `said`: what came of an answer. */
export interface Shown {
  readonly page: LinkPage
  readonly ticket: string
  readonly said?: 'done' | 'changed' | Problem
}
/** What came of a code: a page; or none, and whether the link is now closed. */
type Opening = Shown | { readonly page?: undefined; readonly isClosed: boolean }
type Page = { readonly page: LinkPage; readonly tag: string; readonly code: string }
type Tried = Page | { readonly isClosed: boolean }

/** Whoever reads it acts as themselves, and as nobody else; what they are shown is decided by where their link leads. */
async function asReader(ctx: Context, mail: string): Promise<Context> {
  const held = await lookThrough(ctx.store, hold(communications, mail))
  const value = held.ok ? (held.value.value as Communication) : undefined
  const reader: Ref | undefined = value?.to[0]
  if (!value || !reader || !('id' in reader)) return ctx
  const isOrganization = organizationOf(value) !== undefined
  const { tenant } = ctx.principal
  return {
    ...ctx,
    principal: {
      kind: isOrganization ? 'organization' : 'person',
      id: `${reader.type ?? 'Practitioner'}/${reader.id}`,
      tenant,
      scopes: [],
      purpose: isOrganization ? 'TREAT' : 'PATRQT',
      visible: 'everything',
    },
  }
}

/** Where the link of this e-mail leads, while it is open. */
function* standing(ctx: Context, mail: string, at: string): Steps<Result<{ readonly leads: Leads; readonly link: KeptLink }>> {
  const link = yield* keptLink(ctx, mail)
  const held = yield* hold(communications, mail)
  const leads = held.ok ? yield* leadsTo(held.value.value as Communication) : undefined
  if (!link || link.wrong >= mostWrongCodes || !leads) return gone
  return leads.to !== 'work' || (yield* mayBeTold(leads, at)) ? ok({ leads, link }) : gone
}

const entityOf = (leads: Leads): string =>
  leads.to === 'message' ? `Communication/${leads.id}` : `${leads.held.anchor.type}/${leads.held.id}`

/** Tries a code. A message that was opened has been read; a referral that its organization has opened, received. */
export async function openLink(ctx: Context, mail: string, code: string): Promise<Result<Opening>> {
  const reader = await asReader(ctx, mail)
  const tried = await commit(reader, 'open-link', function* (at): Steps<Result<Tried>> {
    const found = yield* standing(reader, mail, at)
    if (!found.ok) return found
    const { leads, link } = found.value
    const isRight = hashedCode(mail, code) === link.code
    const outcome = isRight ? 'success' : 'refused'
    yield* tell(reader, { principal: kind, action: 'try-link-code', entities: [entityOf(leads)], outcome })
    if (!isRight) {
      const wrong = link.wrong + 1
      yield* keepLink(mail, { ...link, wrong })
      return ok({ isClosed: wrong >= mostWrongCodes })
    }
    const shown = yield* pageOf(reader, mail, yield* taken(reader, leads, at), at)
    return shown.ok ? ok({ ...shown.value, code: link.code }) : shown
  })
  if (!tried.ok || !('page' in tried.value)) return tried as Result<Opening>
  return ok(await withTicket(ctx, mail, tried.value))
}

/** That it was opened moves it on, where nothing has before. */
function* taken(ctx: Context, leads: Leads, at: string): Steps<Leads> {
  if (leads.to === 'message') {
    for (const type of ['deliver', 'read']) {
      const message = yield* hold(communications, leads.id)
      if (message.ok) yield* move(ctx, communications, message.value, { type }, at)
    }
    return leads
  }
  if (leads.to !== 'work') return leads
  const moved = yield* move(ctx, referrals, leads.held, { type: 'receive' }, at)
  return moved.ok ? { ...leads, held: moved.value, referral: moved.value.value as typeof leads.referral } : leads
}

async function withTicket(ctx: Context, mail: string, { page, tag, code }: Page): Promise<Shown> {
  const holder = { tenant: ctx.principal.tenant, id: mail }
  return { page, ticket: seal(await sealing(ctx), ticketKind, { tag, code }, holder, ctx.clock() + ticketMs) }
}

/**
 * An answer to what was shown. What has changed since is shown anew, and nothing is done; so a form that is sent twice acts once. Problems:
 * `gone`; `forbidden` where the ticket is none of this link's, or too old: the code is asked for again.
 */
export async function answerLink(ctx: Context, mail: string, ticket: string, answer: Answer): Promise<Result<Shown>> {
  const unsealed = unseal(await sealing(ctx), ticketKind, ticket, { tenant: ctx.principal.tenant, id: mail }, ctx.clock())
  if (!unsealed.ok) return fail('forbidden', 'The page is not open any more.')
  const given = unsealed.value as { readonly tag: string; readonly code: string }
  const reader = await asReader(ctx, mail)

  function* now(at: string): Steps<Result<Page & { readonly leads: Leads }>> {
    const found = yield* standing(reader, mail, at)
    if (!found.ok) return found
    const { leads, link } = found.value
    // Another code has been given since: what the former one opened is closed.
    if (link.code !== given.code) return gone
    const shown = yield* pageOf(reader, mail, leads, at)
    return shown.ok ? ok({ ...shown.value, code: link.code, leads }) : shown
  }

  const done = await commit(reader, 'answer-link', function* (at): Steps<Result<Page & { readonly said: 'done' | 'changed' }>> {
    const before = yield* now(at)
    if (!before.ok) return before
    if (before.value.tag !== given.tag) return ok({ ...before.value, said: 'changed' })
    const acted = yield* answered(reader, mail, before.value.leads, answer, at)
    if (!acted.ok) return acted
    const after = yield* now(at)
    return after.ok ? ok({ ...after.value, said: 'done' }) : after
  })
  if (done.ok) return ok({ ...(await withTicket(ctx, mail, done.value)), said: done.value.said })
  if (done.problem.code === 'gone') return done
  const { code } = done.problem
  const still = await commit(reader, 'answer-link', function* (at): Steps<Result<Page>> {
    const shown = yield* now(at)
    if (shown.ok)
      yield* tell(reader, { action: 'answer-link', entities: [entityOf(shown.value.leads)], outcome: 'refused', code })
    return shown
  })
  return still.ok ? ok({ ...(await withTicket(ctx, mail, still.value)), said: done.problem }) : still
}
