/**
 * May a partner be sent this? Process notes never are; what the client paid for is not the payer's to know; records of substance use
 * treatment (42 CFR Part 2), and what is very restricted, want a consent of the client's that permits it at the moment of sending; and so
 * does whatever tells a community organization of a client. All else is treatment, payment or operations, which the connection is there
 * for. https://www.ecfr.gov/current/title-42/part-2/section-2.31
 */
import type { Coding, Consent as ConsentResource, Organization } from '@medplum/fhirtypes'
import mapping, { isWhollyRead } from '../../../mappings/consent.consent.ts'
import type { Connection } from '../../connectors/connector.ts'
import { type Consent, type PurposeOfUse, purposesOfUse, type RecipientClass } from '../../domain/consent.ts'
import { type Disclosing, forbids, permits } from '../../domain/consent-decision.ts'
import { type Labelled, legalBases, sensitivities } from '../../domain/labels.ts'
import type { Notice } from '../../domain/redisclosure.ts'
import type { JsonObject } from '../../fhir/exact.ts'
import { datesOf } from '../../fhir/search/extract.ts'
import { isForNobody, labelsOf, wantsRight } from '../../fhir/search/labels.ts'
import { mainDate } from '../../fhir/search/main-date.ts'
import { concerns } from '../../fhir/search/patients-of.ts'
import { ask, type Steps } from '../../store/store.ts'
import { isActive, patientIs } from '../clients/open-referrals.ts'
import { storedValue } from '../next-version.ts'
import { every } from '../questions.ts'
import { isDirectory, isSocial } from './community.ts'

/** Whom something is told: a partner, or an organization that has no connection. */
export type Told = Pick<Connection, 'name' | 'kind' | 'facility' | 'purpose'>

/** Who such a partner is, where a consent names no names. */
const classes: Readonly<Record<Connection['kind'], readonly RecipientClass[]>> = {
  ehr: ['treating-providers'],
  hospital: ['treating-providers'],
  payer: ['payers', 'health-plans'],
  cbo: [],
  mail: [],
}

/** `consent`: by a consent alone. Otherwise why it is never sent; `undefined` if it goes freely. */
export function barrier(
  connection: Pick<Told, 'kind' | 'facility'>,
  resource: JsonObject,
): 'consent' | { readonly never: string } | undefined {
  const labels = labelsOf(resource)
  if (isForNobody(labels)) return { never: 'Psychotherapy notes are sent to nobody.' }
  if (labels.has('HIPAASelfPay') && connection.kind === 'payer') return { never: 'The client paid for it: payers are not told.' }
  if (connection.kind !== 'cbo' || isDirectory(resource)) return wantsRight(labels) ? 'consent' : undefined
  return connection.facility === undefined ? nameless : 'consent'
}
const nameless = { never: 'The connection does not say which organization it is (facility), so that no consent can name it.' }

/** A consent by which a record may be told, and what is told with it. */
export interface Permitted {
  readonly consentId: string
  readonly consent: Consent
  readonly clientId: string
  readonly purpose: PurposeOfUse
  readonly labels: Labelled
  readonly notice?: Notice
}

/** The consent in force at this instant that permits it; none where another one of the client's says no. */
export function* permission(connection: Told, resource: JsonObject, at: string): Steps<Permitted | undefined> {
  const [clientId, ...others] = concerns(resource)
  if (clientId === undefined || others.length > 0) return undefined
  const wanted: Disclosing = {
    clientId,
    recipient: { names: yield* namesOf(connection), classes: classes[connection.kind] },
    purpose: purposesOfUse.find((one) => one === connection.purpose) ?? ('' as PurposeOfUse),
    resource: yield* contentOf(resource),
    at,
  }
  const { sensitivity, legalBasis } = wanted.resource
  const labels: Labelled = { sensitivity, legalBasis, ...(labelsOf(resource).has('V') && { confidentiality: 'V' }) }
  const { items } = yield* ask(every('Consent', patientIs(clientId), isActive))
  let permitted: Permitted | undefined
  for (const stored of items) {
    const written = storedValue<ConsentResource>(stored)!
    const reading = mapping.read({ Consent: written })
    if (!reading.ok) continue
    const { value: consent } = reading
    if (forbids(consent, wanted, isWhollyRead(written))) return undefined
    const answer = permits(consent, wanted, isWhollyRead(written))
    if (!answer.permit || permitted) continue
    const { notice } = answer
    permitted = { consentId: stored.id, consent, clientId, purpose: wanted.purpose, labels, ...(notice && { notice }) }
  }
  return permitted
}

const codingsIn = (value: unknown): readonly Coding[] => {
  const all = Array.isArray(value) ? value : value === undefined ? [] : [value]
  return all.flatMap((one: { coding?: readonly Coding[] }) => one.coding ?? [])
}

function* contentOf(resource: JsonObject): Steps<Disclosing['resource']> {
  const type = String(resource.resourceType)
  const labels = labelsOf(resource)
  const [first] = datesOf(resource, mainDate(type))
  return {
    type,
    codes: [...codingsIn(resource.code), ...codingsIn(resource.type)],
    sensitivity: sensitivities.filter((one) => labels.has(one)),
    legalBasis: legalBases.filter((one) => labels.has(one)),
    social: yield* isSocial(resource),
    ...(first !== undefined && { date: new Date(first).toISOString() }),
  }
}

/** All that the organization behind a connection is known as. */
function* namesOf({ facility }: Told): Steps<readonly string[]> {
  if (facility === undefined) return []
  const organization = storedValue<Organization>(yield* ask({ ask: 'resource', type: 'Organization', id: facility }))
  const identifiers = (organization?.identifier ?? []).flatMap(({ system, value }) =>
    value === undefined ? [] : [`${system ?? ''}|${value}`],
  )
  return [`Organization/${facility}`, ...identifiers]
}
