/** What the page behind a secure link shows to its reader as things stand, and what may be answered there. Inside a commit: being told is accounted for. */
import type { Resource } from '@medplum/fhirtypes'
import { fingerprint } from '../../access/secret.ts'
import type { Communication } from '../../domain/communication.ts'
import type { Consent } from '../../domain/consent.ts'
import { type ConsentWords, consentWords, type PageLanguage, pageLanguage } from '../../domain/consent-words.ts'
import { inWords } from '../../domain/in-words.ts'
import type { Ref } from '../../domain/kernel.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { type Referral, referralMachine } from '../../domain/referral.ts'
import { offeredEvents } from '../../domain/state-machine.ts'
import { ask, type Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { etagOf } from '../coordination/record.ts'
import { becameOf } from '../delivery/disclose.ts'
import { nameOf } from '../look-up.ts'
import { storedValue } from '../next-version.ts'
import { addressee } from './addressee.ts'
import type { Leads } from './leads.ts'
import { type ToldReferral, toldReferral } from './told-referral.ts'

/** Events of an organization's work that its page offers, in this order; what else a performer may cause is for partners' software. */
const offered = ['accept', 'reject', 'start', 'hold', 'resume', 'complete', 'fail'] as const
type WorkEvent = (typeof offered)[number]

export type LinkPage =
  | { readonly page: 'message'; readonly subject?: string; readonly body: string }
  | {
      readonly page: 'work'
      readonly state: string
      /** Absent where nothing is left to do. */
      readonly told?: ToldReferral
      readonly choices: readonly WorkEvent[]
    }
  | {
      readonly page: 'outcome'
      readonly language: PageLanguage
      readonly state: string
      readonly asked?: string
      readonly by?: string
      readonly canConfirm: boolean
    }
  | {
      readonly page: 'consent'
      readonly language: PageLanguage
      readonly state: string
      readonly words: ConsentWords
      readonly canDecide: boolean
    }

const untold = fail('gone', 'This is not told any more.')

/** The page, and a tag of all that it shows, in which version: what is answered is answered to that. */
export function* pageOf(ctx: Context, mail: string, leads: Leads, at: string): Steps<Result<{ page: LinkPage; tag: string }>> {
  const page =
    leads.to === 'work'
      ? yield* workPage(ctx, mail, leads, at)
      : ok(
          leads.to === 'message'
            ? messagePage(leads.message)
            : leads.to === 'outcome'
              ? yield* outcomePage(leads.referral)
              : yield* consentPage(leads.consent),
        )
  if (!page.ok) return page
  const version = leads.to === 'message' ? '' : etagOf(leads.held)
  return ok({ page: page.value, tag: fingerprint(JSON.stringify([version, page.value])) })
}

const messagePage = ({ subject, body = '' }: Communication): LinkPage => ({
  page: 'message',
  body,
  ...(subject !== undefined && { subject }),
})

function* workPage(ctx: Context, mail: string, leads: Extract<Leads, { to: 'work' }>, at: string): Steps<Result<LinkPage>> {
  const { state } = leads.referral
  const can = offeredEvents(referralMachine, state, ['performer'])
  const choices = offered.filter((one) => can.includes(one))
  if (choices.length === 0) return ok({ page: 'work', state, choices })
  const told = yield* toldReferral(ctx, leads, mail, 'portal', at)
  if (!told.ok || !told.value) return told.ok ? untold : told
  for (const id of told.value.disclosures) yield* becameOf(ctx, { id, arrived: true })
  return ok({ page: 'work', state, told: told.value, choices })
}

function* outcomePage(referral: Referral): Steps<LinkPage> {
  const { clientId, service, category, target, state } = referral
  const client = yield* addressee({ id: clientId, type: 'Patient' })
  const asked = inWords({ ...service, coding: service?.codings }) ?? category?.display ?? category?.code?.replaceAll('-', ' ')
  const by = target && (yield* calledBy(target, 'HealthcareService'))
  return {
    page: 'outcome',
    language: pageLanguage(client?.languages ?? []),
    state,
    ...(asked !== undefined && { asked }),
    ...(by && { by }),
    canConfirm: offeredEvents(referralMachine, state, ['requester']).includes('confirm-with-client'),
  }
}

function* consentPage(consent: Consent): Steps<LinkPage> {
  const language = pageLanguage(consent.language === undefined ? [] : [consent.language])
  return {
    page: 'consent',
    language,
    state: consent.state,
    words: yield* wordsOf(consent),
    canDecide: consent.state === 'proposed',
  }
}

/** As it is read, and as it is kept once it was signed. */
export function* wordsOf(consent: Consent): Steps<ConsentWords> {
  const names = new Map<Ref, string>()
  const parties = [
    ...consent.disclosers,
    ...[consent, ...consent.exceptions].flatMap(({ recipients }) =>
      recipients.flatMap(({ who, participants }) => [who, ...participants]),
    ),
  ]
  for (const one of parties) if (!('class' in one)) names.set(one, yield* calledBy(one, 'Organization'))
  const language = pageLanguage(consent.language === undefined ? [] : [consent.language])
  return consentWords(consent, language, (who) => names.get(who) ?? '')
}

/** How somebody is called who may be named to this reader; empty where that is not known here. */
export function* calledBy(who: Ref, type: string): Steps<string> {
  if ('external' in who) return who.external.display ?? ''
  const resource = storedValue<Resource>(yield* ask({ ask: 'resource', type: who.type ?? type, id: who.id }))
  return (resource && nameOf(resource)) ?? ''
}
