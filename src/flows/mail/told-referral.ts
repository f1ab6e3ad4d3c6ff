/**
 * A referral as an organization without a connection is told of it, on its page or on paper: what is asked, of whom, and why, as far as a
 * consent permits each record of it now and no further than the work takes. All of it is accounted for in `disclosures` first.
 */
import type { Condition, Organization, Patient, ServiceRequest } from '@medplum/fhirtypes'
import clientMapping from '../../../mappings/client.patient.ts'
import type { Disclosure } from '../../domain/disclosure.ts'
import { inWords } from '../../domain/in-words.ts'
import { ok, type Result } from '../../domain/problem.ts'
import { scopeOf } from '../../domain/redisclosure.ts'
import { type JsonObject, valueIn } from '../../fhir/exact.ts'
import { ask, type Steps, type Stored } from '../../store/store.ts'
import { byAll, type Seen } from '../collections/collection.ts'
import type { Context } from '../context.ts'
import { leastOf } from '../delivery/community.ts'
import { accounted } from '../delivery/disclose.ts'
import { barrier } from '../delivery/permission.ts'
import { withoutUntold } from '../delivery/untold.ts'
import { spoken } from '../look-up.ts'
import { storedValue } from '../next-version.ts'
import { readAs } from '../read-as.ts'
import { targetOf } from '../references.ts'
import type { Leads } from './leads.ts'
import { reached } from './told-by-link.ts'

/** Texts for people; dates are FHIR's. */
export interface ToldReferral {
  readonly asked: string
  readonly category?: string
  readonly priority?: string
  readonly from?: string
  readonly requestedAt?: string
  readonly respondBy?: string
  readonly instruction?: string
  readonly isContactedByUsAlone: boolean
  readonly client?: {
    readonly name?: string
    readonly birthDate?: string
    /** Telephone numbers and e-mail addresses that are safe to use, unless the client is not to be contacted by them. */
    readonly contacts: readonly string[]
    /** BCP 47, the preferred one first. */
    readonly languages: readonly string[]
  }
  readonly needs: readonly string[]
  /** On redisclosure (42 CFR 2.32), word for word; and how far the consent goes, with each. */
  readonly notices: readonly string[]
  readonly scopes: readonly string[]
  /** The entries in the account of disclosures. */
  readonly disclosures: readonly string[]
}

type Work = Extract<Leads, { to: 'work' }>

/** Nothing where no consent permits the referral itself; what is named by it and not permitted, or not `seen` by who prints it, is left out. */
export function* toldReferral(
  ctx: Context,
  { organization, held, referral }: Work,
  through: string,
  method: Disclosure['method'],
  at: string,
  seen: Seen = byAll,
): Steps<Result<ToldReferral | undefined>> {
  const to = reached(organization, through)
  const notices = new Set<string>()
  const scopes = new Set<string>()
  const disclosures: string[] = []

  /** The least of it; undefined where it is not permitted. */
  function* told(stored: Stored | undefined): Steps<Result<JsonObject | undefined>> {
    const resource = stored?.text === undefined ? undefined : valueIn(stored.text)
    if (!stored || !resource || !seen(stored) || barrier(to, resource) !== 'consent') return ok(undefined)
    const permitted = yield* accounted(ctx, to, stored, method, at)
    if (!permitted.ok || !permitted.value) return permitted.ok ? ok(undefined) : permitted
    const { notice, consent, disclosure } = permitted.value
    disclosures.push(disclosure)
    if (notice) {
      notices.add(notice.text)
      scopes.add(scopeOf(consent))
    }
    const least = leastOf(resource, () => true)
    return ok(withoutUntold(least, to.kind))
  }

  for (const part of held.stored) {
    const own = yield* told(part)
    if (!own.ok || !own.value) return own.ok ? ok(undefined) : own
  }
  const patient = yield* told(yield* ask({ ask: 'resource', type: 'Patient', id: referral.clientId }))
  if (!patient.ok) return patient
  const needs: string[] = []
  for (const id of referral.reasons) {
    const need = yield* told(yield* ask({ ask: 'resource', type: 'Condition', id }))
    if (!need.ok) return need
    const said = need.value && inWords((need.value as unknown as Condition).code)
    if (said !== undefined) needs.push(said)
  }
  const request = storedValue<ServiceRequest>(held.anchor)!
  const isContactedByUsAlone = referral.doNotContact === 'only-through-coordinator'
  const from = yield* asking(request)
  const { category, priority, requestedAt, respondBy, patientInstruction: instruction } = referral
  const client = patient.value && personIn(patient.value as unknown as Patient, isContactedByUsAlone)
  const asked = inWords(request.code) ?? category?.display ?? category?.code?.replaceAll('-', ' ') ?? 'A referral'
  return ok({
    asked,
    ...(category?.code !== undefined && { category: category.display ?? category.code.replaceAll('-', ' ') }),
    ...(priority !== undefined && { priority }),
    ...(from !== undefined && { from }),
    ...(requestedAt !== undefined && { requestedAt }),
    ...(respondBy !== undefined && { respondBy }),
    ...(instruction !== undefined && { instruction }),
    isContactedByUsAlone,
    ...(client && { client }),
    needs,
    notices: [...notices],
    scopes: [...scopes],
    disclosures,
  })
}

/** The organization that asks, by name. */
function* asking({ requester }: ServiceRequest): Steps<string | undefined> {
  const { type, id } = targetOf(requester?.reference)
  if (type !== 'Organization') return requester?.display
  return storedValue<Organization>(yield* ask({ ask: 'resource', type, id }))?.name
}

const reachable = new Set(['phone', 'sms', 'email'])

function personIn(patient: Patient, isContactedByUsAlone: boolean): ToldReferral['client'] {
  const client = readAs(clientMapping, patient)
  const name = spoken(patient.name)
  if (!client) return { ...(name !== undefined && { name }), contacts: [], languages: [] }
  const { birthDate, contacts, languages } = client
  // One to ask about first is not handed on: nobody there can be asked.
  const usable = contacts.filter(({ system, use, safe }) => reachable.has(system ?? '') && use !== 'old' && safe !== 'ask-first')
  return {
    ...(name !== undefined && { name }),
    ...(birthDate !== undefined && { birthDate }),
    contacts: isContactedByUsAlone ? [] : usable.flatMap(({ value }) => value ?? []),
    languages: languages.toSorted((a, b) => Number(b.preferred ?? false) - Number(a.preferred ?? false)).map(({ code }) => code),
  }
}
