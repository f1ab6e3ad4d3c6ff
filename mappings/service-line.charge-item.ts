/**
 * ServiceLine ↔ ChargeItem. A ChargeItem has no modifier, place of service or diagnosis pointer: our charge-line extension carries them.
 * https://hl7.org/fhir/R4/chargeitem.html
 */
import type * as fhir from '@medplum/fhirtypes'
import { type HoldReason, holdReasons, type LineWarning, lineWarnings, ServiceLine } from '../src/domain/service-line.ts'
import { type Codec, cannot } from '../src/lens/codec.ts'
import { date, decimal, idOf, instant, integer, refTo, text } from '../src/lens/codecs.ts'
import { first } from '../src/lens/head.ts'
import { mapping } from '../src/lens/mapping.ts'
import { inside, shape, together } from '../src/lens/shape.ts'
import { adjudication, laterClaim, lineCheck, usd } from './shared/claim-news.ts'
import { idIn, valuesOf, withUrl } from './shared/combine.ts'
import { extension, local, localSystem } from './shared/extension.ts'
import { labels } from './shared/labels.ts'
import { procedureCode } from './shared/procedure.ts'
import { refinedState } from './shared/refined-state.ts'

type State = ServiceLine['state']
type Status = fhir.ChargeItem['status']

/** https://hl7.org/fhir/R4/valueset-chargeitem-status.html */
const statusOf: Readonly<Record<State, Status>> = {
  draft: 'planned',
  checked: 'planned',
  held: 'planned',
  ready: 'billable',
  pulled: 'billable',
  billed: 'billed',
  accepted: 'billed',
  rejected: 'billed',
  paid: 'billed',
  denied: 'billed',
  partial: 'billed',
  corrected: 'billed',
  void: 'aborted',
  'not-billable': 'not-billable',
  'entered-in-error': 'entered-in-error',
}

/** The statuses that lines of a state may stand in, parted by commas. */
export const statusesOf = (state: string): string =>
  [statusOf[state as State], ...(state === 'draft' ? ['unknown'] : [])].join(',')

const codingOf = (system: string) => (one: fhir.Coding) => one.system === system && one.code !== undefined
type UnitBasis = NonNullable<ServiceLine['unitBasis']>
type Raw<T> = { readonly [K in keyof T]-?: T[K] | undefined }
const unitBasis: Codec<Raw<UnitBasis>, UnitBasis | undefined> = {
  name: 'unit basis',
  read({ ruleId, minutes, ruleVersion }, report) {
    if (ruleId !== undefined && minutes !== undefined)
      return { ruleId, minutes, ...(ruleVersion !== undefined && { ruleVersion }) }
    return ruleId === minutes && ruleVersion === undefined ? undefined : cannot(report, 'needs rule and minutes')
  },
  write: (value) => ({ ruleId: value?.ruleId, minutes: value?.minutes, ruleVersion: value?.ruleVersion }),
}

const plain = <T extends string | number>(
  url: string,
  member: 'valueCode' | 'valuePositiveInt',
  test: (value: unknown) => boolean,
): Codec<fhir.Extension, T> => ({
  name: member,
  read: (raw, report) => (test(raw[member]) ? (raw[member] as T) : cannot(report, `expected ${member}`)),
  write: (value, prior) => (prior?.[member] === value ? prior : { ...prior, url, [member]: value }),
})

const icd10 = 'http://hl7.org/fhir/sid/icd-10-cm'
const reason: Codec<fhir.CodeableConcept, string> = {
  name: 'ICD-10-CM',
  read: (raw, report) => raw.coding?.find(codingOf(icd10))?.code ?? cannot(report, 'no ICD-10-CM code'),
  write: (value, prior) =>
    prior?.coding?.some((one) => one.system === icd10 && one.code === value)
      ? prior
      : { coding: [{ system: icd10, code: value }] },
}

const ofUrl = (url: string) => (item: fhir.Extension) => item.url === url
/** What a claim needs beyond ChargeItem; every line of ours has it. */
export const chargeLine = local('charge-line')
/** As the session names whoever answers for its renderer. */
const supervises = { coding: [{ system: localSystem('session-role'), code: 'supervisor' }] }
const isSupervising = ({ function: role }: fhir.ChargeItemPerformer): boolean =>
  (role?.coding ?? []).some((one) => one.system === supervises.coding[0]!.system && one.code === 'supervisor')
const renderer: Codec<fhir.ChargeItemPerformer, NonNullable<ServiceLine['renderer']>> = inside(
  shape<fhir.ChargeItemPerformer, { who: NonNullable<ServiceLine['renderer']> }>(
    'performer',
    (at) => ({ who: at.actor.as(refTo('Practitioner', 'PractitionerRole')) }),
    { actor: {} },
  ),
  'who',
)

export default mapping<ServiceLine, { ChargeItem: fhir.ChargeItem }>({
  name: 'service-line.charge-item',
  version: 7,
  domain: ServiceLine,
  owner: 'coordination',
  blank: { ChargeItem: { resourceType: 'ChargeItem', status: 'planned', code: {}, subject: {} } },
  fields: ({ ChargeItem }) => {
    const basis = extension(ChargeItem, chargeLine)
    const only = (url: string) => ({ label: url, test: ofUrl(url) })
    return {
      ...labels(ChargeItem),
      state: refinedState(ChargeItem, ChargeItem.status, statusOf, { unknown: 'draft' }),
      corrects: extension(ChargeItem, local('corrects')).valueReference.optional(idOf('ChargeItem')),
      code: ChargeItem.code.as(procedureCode),
      clientId: ChargeItem.subject.as(idOf('Patient')),
      sessionId: ChargeItem.context.optional(idOf('Encounter')),
      referralId: idIn(ChargeItem.supportingInformation, 'ServiceRequest'),
      bundleId: idIn(ChargeItem.account, 'Account'),
      serviceFrom: ChargeItem.occurrencePeriod.start.optional(date),
      serviceTo: ChargeItem.occurrencePeriod.end.optional(date),
      renderer: first(
        ChargeItem.performer.each(renderer, {
          by: (who) => JSON.stringify(who),
          only: { label: 'renderer', test: (one) => !isSupervising(one) },
        }),
      ),
      supervising: ChargeItem.performer
        .where({ function: supervises }, ({ actor }) => actor !== undefined)
        .actor.optional(refTo('Practitioner', 'PractitionerRole')),
      facility: extension(ChargeItem, local('facility')).valueReference.optional(refTo('Location')),
      billingOrg: ChargeItem.performingOrganization.optional(refTo('Organization')),
      units: ChargeItem.quantity.value.optional(decimal),
      charge: ChargeItem.priceOverride.optional(usd),
      createdAt: ChargeItem.enteredDate.optional(instant),
      diagnoses: ChargeItem.reason.each(reason, { by: (code) => code }),
      modifiers: basis.extension.each(
        plain<string>('modifier', 'valueCode', (value) => /^[A-Z0-9]{2}$/.test(String(value))),
        { by: (code) => code, only: only('modifier') },
      ),
      pointers: basis.extension.each(plain<number>('pointer', 'valuePositiveInt', Number.isInteger), {
        by: String,
        only: only('pointer'),
      }),
      placeOfService: extension(basis, 'placeOfService').valueCode.optional(text),
      unitBasis: together({
        ruleId: extension(basis, 'rule').valueCode.optional(text),
        minutes: extension(basis, 'minutes').valueUnsignedInt.optional(integer),
        ruleVersion: extension(basis, 'ruleVersion').valueString.optional(text),
      }).optional(unitBasis),
      coverageId: extension(ChargeItem, local('coverage')).valueReference.optional(idOf('Coverage')),
      authorizationId: extension(ChargeItem, local('authorization')).valueReference.optional(idOf('Claim')),
      authorizationItem: extension(ChargeItem, local('authorization-item')).valuePositiveInt.optional(integer),
      holdReasons: ChargeItem.extension.each(
        plain<HoldReason>(local('hold'), 'valueCode', (value) => (holdReasons as readonly unknown[]).includes(value)),
        {
          by: (code) => code,
          only: only(local('hold')),
        },
      ),
      conflictingLines: valuesOf(ChargeItem.extension, local('conflicting-line'), (at) =>
        at.valueReference.as(idOf('ChargeItem')),
      ),
      warnings: ChargeItem.extension.each(
        plain<LineWarning>(local('line-warning'), 'valueCode', (value) => (lineWarnings as readonly unknown[]).includes(value)),
        { by: (code) => code, only: only(local('line-warning')) },
      ),
      checks: ChargeItem.extension.each(lineCheck, { by: ['conflictId'], only: withUrl(local('line-check')) }),
      billedVersion: extension(ChargeItem, local('billed-version')).valuePositiveInt.optional(integer),
      claimRef: extension(ChargeItem, local('claim')).valueString.optional(text),
      payerClaimId: extension(ChargeItem, local('payer-claim')).valueString.optional(text),
      adjudication: extension(ChargeItem, local('adjudication')).optional(adjudication),
      adjudicationReason: extension(ChargeItem, local('adjudication-reason')).valueString.optional(text),
      laterClaims: ChargeItem.extension.each(laterClaim, { by: ['coverageId'], only: withUrl(local('later-claim')) }),
    }
  },
})
