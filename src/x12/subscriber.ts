/** Who is insured, and by whom: loops 2000B and 2000C. ASC X12N/005010X222A1 */
import type { BillingItem, NamedCoverage } from '../domain/billing-item.ts'
import { inOrderOfPaying, type MedicareSecondReason } from '../domain/coverage.ts'
import type { Checked } from './checked.ts'
import { address, day } from './elements.ts'
import type { Element, Segment } from './segment.ts'

const sexes: Readonly<Record<string, string>> = { female: 'F', male: 'M', other: 'U', unknown: 'U' }

/** SBR09; `ZZ`: not known. https://x12.org/codes/claim-filing-indicator-codes */
const filing: Readonly<Record<string, string>> = {
  ...{ 'medicaid-ffs': 'MC', 'medicaid-mco': 'MC', dual: 'MC', medicare: 'MB', 'medicare-advantage': '16' },
  ...{ commercial: 'CI', tricare: 'CH', va: 'VA' },
}

/** SBR05: why Medicare does not pay first. */
const secondBecause: Readonly<Record<MedicareSecondReason, string>> = {
  ...{ 'working-aged': '12', 'kidney-disease': '13', 'no-fault': '14', 'workers-compensation': '15' },
  ...{ 'public-health-service': '16', 'black-lung': '41', veterans: '42', disabled: '43', liability: '47' },
}

/** What the client is to whoever holds the policy (PAT01, SBR02). */
const relationships: Readonly<Record<string, string>> = { self: '18', spouse: '01', child: '19', other: 'G8' }

/** Whoever has a number of their own with the payer is the subscriber, whatever they are to the policy's holder. */
export const isOwnNumber = ({ relationship, memberId, subscriberId }: NamedCoverage): boolean =>
  relationship === 'self' || (relationship !== undefined && subscriberId !== undefined && subscriberId !== memberId)

/** PAT01, SBR02; empty where nobody has said. */
export const relationshipOf = (coverage: NamedCoverage): string =>
  isOwnNumber(coverage) ? '18' : (relationships[coverage.relationship ?? ''] ?? '')

/** SBR01: first, second, third, and those after them. */
const places = 'PSTABCDEFGH'
export const payersInOrder = ({ coverage, otherCoverages }: BillingItem): readonly NamedCoverage[] =>
  inOrderOfPaying([...(coverage ? [coverage] : []), ...otherCoverages])

/** SBR: which of the payers this is, and what the policy is. `patient` (SBR02): 18 where the patient is the subscriber. */
export function insurance(
  check: Checked,
  at: string,
  item: BillingItem,
  coverage: NamedCoverage | undefined,
  patient: string,
): Segment {
  const { groupNumber, planName, kind, medicareSecondBecause: why } = coverage ?? {}
  const place = Math.max(
    0,
    payersInOrder(item).findIndex(({ id }) => id === coverage?.id),
  )
  if (place >= places.length) check.lack('too-many', 'otherCoverages')
  const group = check.may(`${at}.groupNumber`, groupNumber, { most: 50 })
  const plan = group === '' ? check.may(`${at}.planName`, planName, { most: 60 }) : ''
  const isSecondMedicare = kind === 'medicare' && place > 0
  const reason = isSecondMedicare ? check.must(`${at}.medicareSecondBecause`, why && secondBecause[why], { most: 2 }) : ''
  return ['SBR', places[place] ?? '', patient, group, plan, reason, '', '', '', filing[kind ?? ''] ?? 'ZZ']
}

/** The name of whoever holds the policy, with the number it is known by. */
export function insured(check: Checked, at: string, { client }: BillingItem, coverage: NamedCoverage | undefined): Segment {
  const isOwn = coverage === undefined || isOwnNumber(coverage)
  const [path, who] = isOwn ? ['client', client] : [`${at}.subscriber`, coverage.subscriber]
  if (!isOwn && who === undefined) check.lack('missing', path)
  const family = !isOwn && who === undefined ? '' : check.must(`${path}.family`, who?.family, { most: 60 })
  const given = check.may(`${path}.given`, who?.given, { most: 35 })
  const number = isOwn ? coverage?.memberId : (coverage.subscriberId ?? coverage.memberId)
  return ['NM1', 'IL', '1', family, given, '', '', '', 'MI', check.must(`${at}.memberId`, number, { least: 2, most: 80 })]
}

/** NM1*PR, loop 2010BB. */
export function payer(check: Checked, at: string, coverage: NamedCoverage | undefined): Segment {
  const name = check.must(`${at}.payer.name`, coverage?.payer?.name, { most: 60 })
  const id = check.must(`${at}.payer.identifiers`, payerIdOf(coverage?.payer), { least: 2, most: 80 })
  return ['NM1', 'PR', '2', name, '', '', '', '', 'PI', id]
}

/** Loops 2000B (without its HL), 2010BA and 2010BB. */
export function subscriberLoop(check: Checked, item: BillingItem): readonly Segment[] {
  const { coverage } = item
  if (coverage === undefined) check.lack('missing', 'coverage')
  else if (coverage.relationship === undefined) check.lack('missing', 'coverage.relationship')
  const isPatient = coverage?.relationship === undefined || isOwnNumber(coverage)
  return [
    insurance(check, 'coverage', item, coverage, isPatient ? '18' : ''),
    insured(check, 'coverage', item, coverage?.relationship === undefined ? undefined : coverage),
    ...(isPatient ? whereAndWhen(check, item) : []),
    payer(check, 'coverage', coverage),
  ]
}

/** 2000C: of a patient whom the payer knows by somebody else's number. */
export function patientLoop(check: Checked, item: BillingItem): readonly Segment[] {
  const { client, coverage } = item
  if (coverage?.relationship === undefined || isOwnNumber(coverage)) return []
  const family = check.must('client.family', client.family, { most: 60 })
  const named: readonly Element[] = [family, check.may('client.given', client.given, { most: 35 })]
  return [['PAT', relationshipOf(coverage)], ['NM1', 'QC', '1', ...named], ...whereAndWhen(check, item)]
}

const whereAndWhen = (check: Checked, { client }: BillingItem): readonly Segment[] => [
  ...address(check, 'client.address', client.address),
  [
    ...(['DMG', 'D8', day(check, 'client.birthDate', client.birthDate)] as const),
    check.must('client.gender', client.gender && sexes[client.gender], { most: 1 }),
  ],
]

/** Numbers of payers, by the National Association of Insurance Commissioners. */
const naic = 'urn:oid:2.16.840.1.113883.6.300'

/** The one by which payers are told apart, else the first that there is. */
export const payerIdOf = (
  payer: { readonly identifiers: readonly { readonly system?: string | undefined; readonly value: string }[] } | undefined,
) => (payer?.identifiers.find(({ system }) => system === naic) ?? payer?.identifiers[0])?.value
