/**
 * What is answered on the page behind a secure link: an organization moves the work that it was asked to do, a client tells what became of
 * a referral, whoever is to grant a consent signs it or declines. Each goes through the same state machines and rules as everything else.
 */
import { z } from 'zod'
import { textInBase64 } from '../../domain/base64.ts'
import type { Consent } from '../../domain/consent.ts'
import { DocumentCommand } from '../../domain/document.ts'
import { loinc } from '../../domain/loinc.ts'
import { parsed } from '../../domain/parsed.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { outcomeKinds } from '../../domain/referral.ts'
import { type Steps, write } from '../../store/store.ts'
import { consents } from '../collections/consents.ts'
import { documents } from '../collections/documents.ts'
import { type Gathered, hold } from '../collections/parts.ts'
import { referrals } from '../collections/referrals.ts'
import type { Context } from '../context.ts'
import { move } from '../coordination/move.ts'
import { save } from '../coordination/save.ts'
import { answerProvenance } from './answer-provenance.ts'
import type { Leads } from './leads.ts'
import { wordsOf } from './link-page.ts'

/** The fields of a form. */
export type Answer = Readonly<Record<string, string>>

const written = z.string().trim().min(1).max(2000)
/** A field that was left empty says nothing. */
const maybe = z.preprocess((text) => (typeof text === 'string' && text.trim() === '' ? undefined : text), written.optional())

const Work = z.discriminatedUnion('event', [
  z.object({ event: z.enum(['accept', 'start', 'resume']) }),
  z.object({ event: z.enum(['reject', 'hold', 'fail']), reason: written }),
  z.object({ event: z.literal('complete'), outcome: z.enum(outcomeKinds), note: maybe }),
])

/** Is the need met? What is still needed follows from it. */
const needs = { yes: false, partly: true, no: true, unknown: true } as const
const Outcome = z.object({ received: z.enum(['yes', 'no']), need: z.enum(['yes', 'partly', 'no', 'unknown']) })

const Decision = z.discriminatedUnion('decision', [
  z.object({ decision: z.literal('sign'), name: z.string().trim().min(2).max(200), agreed: z.literal('yes') }),
  z.object({ decision: z.literal('decline'), reason: maybe }),
])

const wanting = 'Something is missing.'

/** Does it, and says in a Provenance who did; problems are those of the events, and `invalid` for what was left out. */
export function* answered(ctx: Context, mail: string, leads: Leads, answer: Answer, at: string): Steps<Result<void>> {
  const acted = yield* act(ctx, leads, answer, at)
  if (acted.ok) yield* write(answerProvenance(ctx, leads.reader, mail, acted.value, at))
  return acted.ok ? ok(undefined) : acted
}

function* act(ctx: Context, leads: Leads, answer: Answer, at: string): Steps<Result<Gathered>> {
  if (leads.to === 'work') {
    const said = parsed(Work, answer, wanting)
    if (!said.ok) return said
    const { event: type, ...details } = said.value
    const outcome = 'outcome' in details && {
      outcome: { kind: details.outcome, ...(details.note !== undefined && { note: details.note }) },
    }
    const reason = 'reason' in details && { reason: details.reason }
    return yield* move(ctx, referrals, leads.held, { type, ...reason, ...outcome }, at)
  }
  if (leads.to === 'outcome') {
    const said = parsed(Outcome, answer, wanting)
    if (!said.ok) return said
    const { received, need } = said.value
    const clientConfirmed = { saidReceived: received === 'yes', stillNeeded: needs[need] }
    return yield* move(ctx, referrals, leads.held, { type: 'confirm-with-client', needResolved: need, clientConfirmed }, at)
  }
  if (leads.to === 'message') return fail('invalid', 'A message is not answered here.')
  const said = parsed(Decision, answer, wanting)
  if (!said.ok) return said
  if (said.value.decision === 'sign') return yield* signed(ctx, leads.held, leads.consent, said.value.name, at)
  const { reason } = said.value
  return yield* move(ctx, consents, leads.held, { type: 'reject', ...(reason !== undefined && { reason }) }, at)
}

/** What was read is kept, word for word, with the name below it; by that the consent comes into force. */
function* signed(ctx: Context, held: Gathered, consent: Consent, party: string, at: string): Steps<Result<Gathered>> {
  const { clientId, grantedBy, language, sensitivity, legalBasis, confidentiality } = consent
  const { title, lines } = yield* wordsOf(consent)
  const text = [title, ...lines.map((line) => `${line.heading}: ${line.text}`), `${party}, ${at}`].join('\n\n')
  const id = ctx.newId(documents.prefix)
  const copy = parsed(
    DocumentCommand,
    {
      clientId,
      type: { system: loinc, code: '64292-6', display: 'Release of information consent' },
      categories: [{ system: loinc, code: '64292-6' }],
      title,
      ...(language !== undefined && { language }),
      createdAt: at,
      author: grantedBy?.capacity === 'self' ? { id: clientId, type: 'Patient' } : grantedBy?.who,
      // A byte order mark says that it is UTF-8.
      original: { mime: 'text/plain', data: textInBase64(`\ufeff${text}\n`) },
      ...{ sensitivity, legalBasis, confidentiality },
      state: 'current',
    },
    'The copy cannot be kept.',
  )
  if (!copy.ok) return copy
  const kept = yield* save(ctx, { collection: documents, id, value: copy.value, at })
  if (!kept.ok) return kept
  const role = grantedBy?.capacity === 'self' ? 'client' : 'guardian'
  const signature = { party, role, method: 'electronic', at, documentId: id }
  const value = { ...consent, signature, copyDocumentId: id }
  const paper = yield* save(ctx, { collection: consents, id: held.id, value, before: held, at })
  if (!paper.ok) return paper
  const now = yield* hold(consents, held.id)
  return now.ok ? yield* move(ctx, consents, now.value, { type: 'activate' }, at) : now
}
