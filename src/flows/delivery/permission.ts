/**
 * May a partner be sent this? Process notes never are; what the client paid for is not the payer's to know; records of substance use
 * treatment (42 CFR Part 2), and what is very restricted, want a consent of the client's that permits it at the moment of sending; and so
 * does whatever tells a community organization of a client. All else is treatment, payment or operations, which the connection is there
 * for. https://www.ecfr.gov/current/title-42/part-2/section-2.31
 */
import type { Coding, Organization } from '@medplum/fhirtypes'
import mapping, { isWhollyRead } from '../../../mappings/consent.consent.ts'
import type { Connection } from '../../connectors/connector.ts'
import { type Consent, type PurposeOfUse, purposesOfUse, type RecipientClass } from '../../domain/consent.ts'
import { type Disclosing, forbids, permits } from '../../domain/consent-decision.ts'
import type { Disclosure } from '../../domain/disclosure.ts'
import { type Labelled, legalBases, sensitivities } from '../../domain/labels.ts'
import type { Notice } from '../../domain/redisclosure.ts'
import type { JsonObject } from '../../fhir/exact.ts'
import { datesOf } from '../../fhir/search/extract.ts'
import { isForNobody, labelsOf, wantsRight } from '../../fhir/search/labels.ts'
import { mainDate } from '../../fhir/search/main-date.ts'
import { concerns } from '../../fhir/search/patients-of.ts'
import { ask, type Steps } from '../../store/store.ts'
import { storedValue } from '../next-version.ts'
import { allOf, isActive, patientIs } from '../questions.ts'
import { standingAs } from '../read-as.ts'
import { isDirectory, isSocial } from './community.ts'

/** Whom something is told: a partner, or an organization that has no connection. */
export interface Told extends Pick<Connection, 'name' | 'kind' | 'facility' | 'purpose'> {
  /** Where it is somebody of the directory: as whom consents, and the account of disclosures, know them. */
  readonly reader?: Disclosing['recipient'] & { readonly recipient: NonNullable<Disclosure['recipient']> }
}

/** Who such a partner is, where a consent names no names. */
const classes: Readonly<Record<Connection['kind'], readonly RecipientClass[]>> = {
  ehr: ['treating-providers'],
  hospital: ['treating-providers'],
  payer: ['payers', 'health-plans'],
  cbo: [],
  mail: [],
  direct: [],
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

/** What is told of whom, and what for; by which consent, where it takes one, and what is told with it then. */
export interface Telling {
  readonly clientId: string
  readonly purpose: PurposeOfUse
  readonly labels: Labelled
}
export interface Permitted extends Telling {
  readonly consentId: string
  readonly consent: Consent
  readonly notice?: Notice
}

/** Without a consent, of whom it is about; undefined where that is nobody, or more than one. */
export function telling({ purpose }: Pick<Told, 'purpose'>, resource: JsonObject): Telling | undefined {
  const [clientId, ...others] = concerns(resource)
  if (clientId === undefined || others.length > 0) return undefined
  const labels = labelsOf(resource)
  return {
    clientId,
    purpose: purposesOfUse.find((one) => one === purpose) ?? ('' as PurposeOfUse),
    labels: {
      sensitivity: sensitivities.filter((one) => labels.has(one)),
      legalBasis: legalBases.filter((one) => labels.has(one)),
      ...(labels.has('V') && { confidentiality: 'V' }),
    },
  }
}

/** The consent in force at this instant that permits it; none where another one of the client's says no. */
export function* permission(to: Told, resource: JsonObject, at: string): Steps<Permitted | undefined> {
  const told = telling(to, resource)
  if (!told) return undefined
  const { clientId, purpose, labels } = told
  const wanted: Disclosing = {
    clientId,
    recipient: to.reader ?? { names: yield* namesOf(to.facility), classes: classes[to.kind] },
    purpose,
    resource: yield* contentOf(resource, labels),
    at,
  }
  const items = yield* allOf('Consent', patientIs(clientId), isActive)
  let permitted: Permitted | undefined
  for (const stored of items) {
    const held = standingAs(mapping, stored)
    if (!held) continue
    const { value: consent, resource: written } = held
    if (forbids(consent, wanted, isWhollyRead(written))) return undefined
    const answer = permits(consent, wanted, isWhollyRead(written))
    if (!answer.permit || permitted) continue
    const { notice } = answer
    permitted = { consentId: stored.id, consent, ...told, ...(notice && { notice }) }
  }
  return permitted
}

const codingsIn = (value: unknown): readonly Coding[] => {
  const all = Array.isArray(value) ? value : value === undefined ? [] : [value]
  return all.flatMap((one: { coding?: readonly Coding[] }) => one.coding ?? [])
}

function* contentOf(resource: JsonObject, { sensitivity, legalBasis }: Labelled): Steps<Disclosing['resource']> {
  const type = String(resource.resourceType)
  const [first] = datesOf(resource, mainDate(type))
  return {
    type,
    codes: [...codingsIn(resource.code), ...codingsIn(resource.type)],
    sensitivity,
    legalBasis,
    social: yield* isSocial(resource),
    ...(first !== undefined && { date: new Date(first).toISOString() }),
  }
}

/** All that an organization is known as. */
export function* namesOf(facility: string | undefined): Steps<readonly string[]> {
  if (facility === undefined) return []
  const organization = storedValue<Organization>(yield* ask({ ask: 'resource', type: 'Organization', id: facility }))
  const identifiers = (organization?.identifier ?? []).flatMap(({ system, value }) =>
    value === undefined ? [] : [`${system ?? ''}|${value}`],
  )
  return [`Organization/${facility}`, ...identifiers]
}
