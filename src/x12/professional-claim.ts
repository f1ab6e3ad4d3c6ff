/**
 * The loops of a professional claim: ASC X12N/005010X222A1 (837P). What stands where is told by the line as the feed shows it; what lacks
 * there is told by its place. Of what nobody records here, a claim says what is usual: signatures are on file, benefits go to the agency,
 * and it takes what the payer assigns (CLM06 to CLM09: Y, A, Y, Y).
 */
import type { BillingItem, MailAddress } from '../domain/billing-item.ts'
import type { Lack } from '../domain/claim-lack.ts'
import { isNpi } from '../domain/npi.ts'
import { centsOf, dollars, unitsOf } from './amounts.ts'
import { Checked } from './checked.ts'
import type { Claim, ClaimLine } from './claims.ts'
import { decisionLoops, paidBefore } from './decisions.ts'
import { address, clinician, day, digits, npi, withoutDashes } from './elements.ts'
import { otherPayers } from './other-payers.ts'
import type { Segment } from './segment.ts'
import { patientLoop, subscriberLoop } from './subscriber.ts'

/** What a claim comes to; `lacks` with an id are a line's own. */
export interface Loops {
  /** 2010AA */
  readonly provider: readonly Segment[]
  /** 2000B without its HL, 2010BA and 2010BB */
  readonly subscriber: readonly Segment[]
  /** 2000C without its HL, and 2010CA; nothing where the patient is the subscriber. */
  readonly patient: readonly Segment[]
  /** 2300 and what is in it */
  readonly claim: readonly Segment[]
  readonly lacks: readonly (Lack & { readonly line?: string })[]
}

/** `number`: the claim's own (CLM01). What is lacking is told, and its element left empty. */
export function loopsOf(claim: Claim, number: string): Loops {
  const check = new Checked()
  const item = claim.lines[0]!
  const provider = providerLoop(check, item)
  const subscriber = subscriberLoop(check, item)
  const patient = patientLoop(check, item)
  const lines = claim.lines.map((line) => lineLoop(line, claim))
  const total = lines.reduce((sum, { cents }) => sum + cents, 0n)
  const head = claimHead(check, claim, number, dollars(total))
  return {
    provider,
    subscriber,
    patient,
    claim: [...head, ...lines.flatMap(({ segments }, place) => [['LX', String(place + 1)] as const, ...segments])],
    lacks: [...claim.lacks, ...check.lacks, ...lines.flatMap(({ lacks }) => lacks)],
  }
}

function providerLoop(check: Checked, { billingProvider: org }: BillingItem): readonly Segment[] {
  const at = 'billingProvider'
  return [
    ['NM1', '85', '2', check.must(`${at}.name`, org?.name, { most: 60 }), '', '', '', '', 'XX', npi(check, at, org?.npi)],
    ...address(check, `${at}.address`, org?.address, 'street'),
    ['REF', 'EI', check.must(`${at}.taxId`, withoutDashes(org?.taxId), { most: 9, is: digits(9) })],
  ]
}

const isIcd10 = (text: string): boolean => /^[A-Z]\d[A-Z0-9]([A-Z0-9]{1,4})?$/.test(text)

/** What all lines have been authorized by, if it is one number. */
const numberOfAll = (lines: readonly BillingItem[]): string | undefined => {
  const [first, ...others] = new Set(lines.map(({ authorization }) => authorization?.number))
  return others.length === 0 ? first : undefined
}

function claimHead(check: Checked, claim: Claim, number: string, total: string): readonly Segment[] {
  const [item] = claim.lines as [BillingItem]
  const { renderer, supervising, referral, diagnoses } = item
  const place = check.must('placeOfService', item.placeOfService, { most: 2, is: digits(2) })
  const authorization = check.may('authorization.number', numberOfAll(claim.lines), { most: 50 })
  const referred = check.may('referral.number', referral?.number, { most: 50 })
  const original = check.may('correctsClaim', claim.original, { most: 50 })
  if (diagnoses.length > 12) check.lack('too-many', 'diagnoses')
  const codes = diagnoses.map((code, i) => check.must(`diagnoses.${i}`, code.replace('.', ''), { most: 7, is: isIcd10 }))
  if (codes.length === 0) check.lack('missing', 'diagnoses')
  const taxonomy = check.must('renderer.taxonomy', renderer?.taxonomy, { most: 10, is: (text) => /^[0-9A-Z]{9}X$/.test(text) })
  return [
    ['CLM', number, total, '', '', [place, 'B', claim.frequency], 'Y', 'A', 'Y', 'Y'],
    ...(referred === '' ? [] : [['REF', '9F', referred] as const]),
    ...(authorization === '' ? [] : [['REF', 'G1', authorization] as const]),
    ...(original === '' ? [] : [['REF', 'F8', original] as const]),
    ['HI', ...codes.map((code, i) => [i === 0 ? 'ABK' : 'ABF', code])],
    ...(referral?.referring === undefined ? [] : [clinician(check, 'DN', 'referral.referring', referral.referring)]),
    clinician(check, '82', 'renderer', renderer),
    ['PRV', 'PE', 'PXC', taxonomy],
    ...facilityLoop(check, item),
    ...(supervising === undefined || supervising.id === renderer?.id ? [] : [clinician(check, 'DQ', 'supervising', supervising)]),
    ...otherPayers(check, item, paidBefore(claim)),
  ]
}

/** Where nobody came to a place of the agency's: telehealth, and at the client's home. */
const elsewhere: ReadonlySet<string | undefined> = new Set(['02', '10', '12'])

/** 2310C: where it was given, if that is another place than the agency's own; a room without an address is not. */
function facilityLoop(check: Checked, { facility, billingProvider, placeOfService }: BillingItem): readonly Segment[] {
  const where = facility?.address
  if (!where || elsewhere.has(placeOfService) || isSamePlace(where, billingProvider?.address)) return []
  const name = check.must('facility.name', facility.name, { most: 60 })
  const number = check.may('facility.npi', facility.npi, { most: 10, is: isNpi })
  return [
    ['NM1', '77', '2', name, '', '', '', '', ...(number === '' ? [] : ['XX', number])],
    ...address(check, 'facility.address', where, 'street'),
  ]
}

const isSamePlace = (one: MailAddress, other: MailAddress | undefined): boolean =>
  JSON.stringify([one.lines, one.city, one.state]) === JSON.stringify([other?.lines, other?.city, other?.state])

interface LineLoop {
  readonly segments: readonly Segment[]
  readonly cents: bigint
  readonly lacks: readonly (Lack & { readonly line: string })[]
}

/** 2400, without its LX. */
function lineLoop(item: ClaimLine, { lines }: Claim): LineLoop {
  const check = new Checked()
  const { line, code, modifiers, charge, units, pointers, diagnoses, placeOfService, authorization } = item
  const cents = charge === undefined ? undefined : centsOf(charge.amount)
  if (cents === undefined) check.lack(charge === undefined ? 'missing' : 'invalid', 'charge')
  const counted = units === undefined ? undefined : unitsOf(units)
  if (counted === undefined) check.lack(units === undefined ? 'missing' : 'invalid', 'units')
  if (modifiers.length > 4) check.lack('too-many', 'modifiers')
  if (pointers.length > 4) check.lack('too-many', 'pointers')
  if (pointers.length === 0) check.lack('missing', 'pointers')
  else if (pointers.some((one) => one > diagnoses.length)) check.lack('invalid', 'pointers')
  const from = day(check, 'serviceFrom', item.serviceFrom)
  const to = day(check, 'serviceTo', item.serviceTo ?? item.serviceFrom)
  const place = check.may('placeOfService', placeOfService, { most: 2, is: digits(2) })
  const own = numberOfAll(lines) === undefined ? check.may('authorization.number', authorization?.number, { most: 50 }) : ''
  const segments: readonly Segment[] = [
    [
      ...(['SV1' as const, ['HC', code, ...modifiers] as const, dollars(cents ?? 0n), 'UN', counted ?? ''] as const),
      ...([place === lines[0]?.placeOfService ? '' : place, '', pointers.map(String)] as const),
    ],
    ['DTP', '472', ...(from === to ? (['D8', from] as const) : (['RD8', `${from}-${to}`] as const))],
    ...(own === '' ? [] : [['REF', 'G1', own] as const]),
    ['REF', '6R', check.must('line', line, { most: 30 })],
    ...decisionLoops(check, item, cents ?? 0n),
  ]
  return { segments, cents: cents ?? 0n, lacks: check.lacks.map((lack) => ({ ...lack, line })) }
}
