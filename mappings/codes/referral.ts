/** Code tables of referrals. */
import { outcomeKinds, referralKinds } from '../../src/domain/referral.ts'
import { sdohCodes } from '../../src/domain/sdoh.ts'
import { codeTable } from '../../src/lens/code-table.ts'
import { localSystem } from '../shared/extension.ts'
import { snomed } from './systems.ts'

const ownWords = <const T extends string>(system: string, words: readonly T[]) =>
  codeTable<T, T>(
    localSystem(system),
    words.map((word) => [word, word] as const),
  )

export const referralKind = ownWords('referral-kind', referralKinds)
export const outcomeKind = ownWords('referral-outcome', outcomeKinds)

export const enrolment = codeTable(sdohCodes, [
  ['enrolled', 'enrolled'],
  ['not-enrolled', 'not-enrolled'],
  ['not-enrolled-on-waitlist', 'waitlisted'],
])

/** ServiceRequest.orderDetail: may the performer contact the client? The guide has a code for no alone. */
export const subjectContact = codeTable(sdohCodes, [
  ['contacting-subject-prohibited', 'only-through-coordinator'],
  ['contacting-subject-allowed', 'no', localSystem('subject-contact')],
])

/** Task.businessStatus: what the work's own status cannot say. */
const businessStatus = localSystem('referral-business-status')
export const closures = codeTable(businessStatus, [
  ['closed-confirmed', 'confirmed'],
  ['closed-unconfirmed', 'unconfirmed'],
])
export const staleness = codeTable(businessStatus, [['stale', 'stale']])
export const receipt = codeTable(businessStatus, [['received', 'received']])

/** Referrals by ServiceRequest.code or category: mental health, substance use, primary care (SNOMED CT). */
const referralServices: ReadonlySet<string> = new Set([
  '3457005', // any referral
  '306227000', // mental health counselling
  '183524004', // psychiatry
  '308477009', // psychiatrist
  '306291008', // child psychiatrist
  '308459004', // psychologist
  '306343005', // psychotherapist
  '428481000124106', // clinical social worker
  '711281004', // support group
  '461481000124109', // peer support
  '710914003', // family therapy
  '390866009', // mental health team
  '417096006', // community drug and alcohol team
  '390857005', // community alcohol team
  '401266006', // drug abuse counsellor
  '38670004', // alcoholism rehabilitation
  '1254709001', // substance use disorder programme
  '703978000', // primary care
  '183866009', // emergency clinic
])

/** Profiles that say: this ServiceRequest is a referral. */
const referralProfiles = [
  'http://hl7.org/fhir/us/sdoh-clinicalcare/StructureDefinition/SDOHCC-ServiceRequest',
  'http://hl7.org/fhir/us/bser/StructureDefinition/referral-servicerequest',
  'http://hl7.org/fhir/us/bser/StructureDefinition/BSeR-ReferralServiceRequest',
]

interface RequestLike {
  readonly meta?: { readonly profile?: readonly string[] }
  readonly code?: ConceptLike
  readonly category?: readonly ConceptLike[]
}
interface ConceptLike {
  readonly coding?: readonly { readonly system?: string; readonly code?: string }[]
}

/** A Task that focuses on a referral and is its work: not one of ours that is about it (a work item, an advocacy, a follow-up). */
export const isReferralWork = ({ code }: { readonly code?: ConceptLike }): boolean =>
  code?.coding?.some(({ system }) => system?.startsWith(localSystem(''))) !== true

/** A referral, not an order: by profile, by a category of ours or of SDOH Clinical Care, or because it asks for a service of the set. */
export function isReferral({ meta, code, category = [] }: RequestLike): boolean {
  const isProfiled = meta?.profile?.some((url) => referralProfiles.includes(url.split('|', 1)[0]!)) === true
  const codings = [code, ...category].flatMap((concept) => concept?.coding ?? [])
  return (
    isProfiled ||
    codings.some(
      (one) =>
        one.system === referralKind.system ||
        one.system === sdohCodes ||
        (one.system === snomed && one.code !== undefined && referralServices.has(one.code)),
    )
  )
}
