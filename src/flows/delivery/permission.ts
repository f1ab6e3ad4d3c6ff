/**
 * May a partner be sent this? Process notes never are; what the client paid for is not the payer's to know; records of substance use
 * treatment (42 CFR Part 2), and what is very restricted, want a consent of the client's that permits it. All else is treatment, payment
 * or operations, which the connection is there for. https://www.ecfr.gov/current/title-42/part-2/section-2.31
 */
import type { Coding, Consent } from '@medplum/fhirtypes'
import mapping, { isWhollyRead } from '../../../mappings/consent.consent.ts'
import type { Connection } from '../../connectors/connector.ts'
import { type PurposeOfUse, purposesOfUse, type RecipientClass } from '../../domain/consent.ts'
import { type Disclosing, permits } from '../../domain/consent-decision.ts'
import { legalBases, sensitivities } from '../../domain/labels.ts'
import type { JsonObject } from '../../fhir/exact.ts'
import { compartments } from '../../fhir/search/extract.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../keep.ts'
import { isActive, patientIs } from '../open-referrals.ts'
import { every } from '../stays.ts'

/** Who such a partner is, where a consent names no names. */
const classes: Readonly<Record<Connection['kind'], readonly RecipientClass[]>> = {
  ehr: ['treating-providers'],
  hospital: ['treating-providers'],
  payer: ['payers', 'health-plans'],
  cbo: [],
  mail: [],
}

const codingsIn = (value: unknown): readonly Coding[] => {
  const all = Array.isArray(value) ? value : value === undefined ? [] : [value]
  return all.flatMap((one: { coding?: readonly Coding[] }) => one.coding ?? [])
}

/** Of the resource, and of the document that it stands for. */
function labelsOf({ meta, securityLabel }: JsonObject): ReadonlySet<string> {
  const { security = [] } = (meta ?? {}) as { security?: readonly Coding[] }
  return new Set([...security, ...codingsIn(securityLabel)].flatMap(({ code }) => code ?? []))
}

/** Why it may not be sent; `undefined` if it may. */
export async function barrier(ctx: Context, connection: Connection, resource: JsonObject): Promise<string | undefined> {
  const labels = labelsOf(resource)
  if (labels.has('PSYTHPN') || labels.has('HIPAAPsyNotes')) return 'Psychotherapy notes are sent to nobody.'
  if (labels.has('HIPAASelfPay') && connection.kind === 'payer') return 'The client paid for it: payers are not told.'
  if (!labels.has('42CFRPart2') && !labels.has('V')) return undefined
  const [clientId, ...others] = compartments(resource)
  if (clientId === undefined || others.length > 0) return unpermitted
  const wanted: Disclosing = {
    clientId,
    recipient: {
      names: connection.facility === undefined ? [] : [`Organization/${connection.facility}`],
      classes: classes[connection.kind],
    },
    purpose: purposesOfUse.find((one) => one === connection.purpose) ?? ('' as PurposeOfUse),
    resource: {
      type: String(resource.resourceType),
      codes: [...codingsIn(resource.code), ...codingsIn(resource.type)],
      sensitivity: sensitivities.filter((one) => labels.has(one)),
      legalBasis: legalBases.filter((one) => labels.has(one)),
    },
    at: new Date(ctx.clock()).toISOString(),
  }
  const { items } = await ctx.store.look(every('Consent', patientIs(clientId), isActive))
  const permitted = items.some((stored) => {
    const consent = storedValue<Consent>(stored)!
    const reading = mapping.read({ Consent: consent })
    return reading.ok && permits(reading.value, wanted, isWhollyRead(consent)).permit
  })
  return permitted ? undefined : unpermitted
}

const unpermitted = 'Its labels want a consent of the client that permits this, and none in force does.'
