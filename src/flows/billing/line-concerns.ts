/** What a write may mean for service lines: which held ones may have waited for it, and of which ready ones a payer may ask otherwise now. */
import type {
  ChargeItem,
  Claim,
  ClaimResponse,
  Condition,
  Consent,
  Coverage,
  Encounter,
  Practitioner,
  PractitionerRole,
  Resource,
} from '@medplum/fhirtypes'
import { isSafetyPlan } from '../../../mappings/codes/safety-plan.ts'
import { stateExtension } from '../../../mappings/discharge.encounter.ts'
import { hospitalClasses } from '../../../mappings/shared/stay.ts'
import { mayBePartOf, mayBeQuestioned } from '../../billing/conflicts.ts'
import { addDays } from '../../domain/calendar.ts'
import { isIcd10 } from '../../domain/icd10.ts'
import { type HoldReason, type LineWarning, unitsUsed } from '../../domain/service-line.ts'
import type { Put } from '../../store/change.ts'
import { initiatingCodes, isCustody } from './care-around.ts'
import { type HeldLine, readLine } from './lines.ts'

type Test = (line: HeldLine) => boolean

export interface Concern {
  /** References: whose lines these are, or who held what they bill. */
  readonly patient?: string | undefined
  readonly clinicians?: readonly string[]
  readonly mayRelease: Test
  readonly mayQuestion: Test
  /** May somebody else pay now? */
  readonly movesPayer?: true
}

const any: Test = () => true
const none: Test = () => false
const heldBy =
  (...reasons: readonly HoldReason[]): Test =>
  ({ value }) =>
    reasons.some((reason) => value.holdReasons.includes(reason))
const warnedOf =
  (warning: LineWarning): Test =>
  ({ value }) =>
    value.warnings.includes(warning)

/** A look at the resource alone: most writes concern no line. */
export function concernOf({ id, resource: written }: Pick<Put, 'id' | 'resource'>): Concern | undefined {
  const resource = written as Resource
  switch (resource.resourceType) {
    case 'Coverage':
      return { patient: (resource as Coverage).beneficiary?.reference, mayRelease: any, mayQuestion: none, movesPayer: true }
    case 'Claim':
    case 'ClaimResponse': {
      const { use, patient } = resource as Claim | ClaimResponse
      return use === 'preauthorization' ? { patient: patient?.reference, mayRelease: any, mayQuestion: none } : undefined
    }
    case 'Consent':
      return { patient: (resource as Consent).patient?.reference, mayRelease: heldBy('no-consent'), mayQuestion: none }
    case 'CarePlan':
      return isSafetyPlan(resource)
        ? undefined
        : { patient: resource.subject?.reference, mayRelease: heldBy('no-plan'), mayQuestion: none }
    case 'Encounter':
      return hospitalClasses.has((resource as Encounter).class?.code ?? '')
        ? ofStay(resource as Encounter)
        : ofSession(resource as Encounter)
    case 'Condition': {
      const { code, subject } = resource as Condition
      const codings = code?.coding ?? []
      const mayQuestion = isCustody(codings) ? any : warnedOf('in-custody')
      return codings.some(isIcd10) ? { patient: subject?.reference, mayRelease: any, mayQuestion } : undefined
    }
    case 'ChargeItem':
      return ofLine(id, resource as ChargeItem)
    case 'Practitioner':
      return (resource as Practitioner).qualification
        ? { clinicians: [`Practitioner/${id}`], mayRelease: any, mayQuestion: none }
        : undefined
    case 'PractitionerRole': {
      const person = (resource as PractitionerRole).practitioner?.reference
      return person === undefined ? undefined : { clinicians: [person], mayRelease: any, mayQuestion: none }
    }
    default:
      return undefined
  }
}

/** Days in UTC, a day more on either side: lines know the day of their place. */
function isWithin({ period }: Encounter): Test {
  const [from, to] = [period?.start ?? period?.end, period?.end]
  const [first, last] = [from && addDays(from.slice(0, 10), -1), to && addDays(to.slice(0, 10), 1)]
  return ({ value: { serviceFrom = '' } }) => first !== undefined && first <= serviceFrom && (!last || serviceFrom <= last)
}

/** Nights in a hospital are told with lines. */
function ofStay(stay: Encounter): Concern {
  const [during, told] = [isWithin(stay), warnedOf('in-hospital')]
  return { patient: stay.subject?.reference, mayRelease: none, mayQuestion: (line) => during(line) || told(line) }
}

/**
 * Of a session that was signed, or proved wrong, the times may have changed; any may be the visit that care management begins with. One that
 * is billed is told of by its lines.
 */
function ofSession(session: Encounter): Concern {
  const { subject, participant, extension, status, period } = session
  const isOurs = status === 'entered-in-error' || (extension ?? []).some(({ url }) => url === stateExtension)
  const waiting = heldBy(
    ...(isOurs ? (['times-overlap'] as const) : []),
    'no-visit-in-person',
    ...(initiatingCodes(session).length > 0 ? (['no-initiating-visit'] as const) : []),
  )
  const [that, told] = [
    isWithin({ ...session, period: { end: period?.start, ...period } } as Encounter),
    warnedOf('times-overlap'),
  ]
  return {
    patient: subject?.reference,
    clinicians: isOurs ? (participant ?? []).flatMap(({ individual }) => individual?.reference ?? []) : [],
    mayRelease: waiting,
    mayQuestion: (line) => that(line) || told(line),
  }
}

/** A line that is void, corrected or denied leaves its units, its time and its place beside others to them. */
function ofLine(id: string, item: ChargeItem): Concern | undefined {
  const value = readLine(item)
  if (!value) return undefined
  const isOver = value.state !== 'held' && unitsUsed(value) === 0
  const { code, serviceFrom = '' } = value
  const isOfPatient: Test = (line) => line.value.clientId === value.clientId
  const overlapped = heldBy('times-overlap')
  return {
    patient: item.subject?.reference,
    clinicians: (item.performer ?? []).flatMap(({ actor }) => actor?.reference ?? []),
    mayRelease: isOver ? (line) => isOfPatient(line) || overlapped(line) : none,
    mayQuestion: (line) =>
      line.id !== id &&
      (line.value.serviceFrom === serviceFrom ||
        (line.value.serviceFrom?.slice(0, 7) === serviceFrom.slice(0, 7) && mayBeQuestioned(code, line.value.code)) ||
        warnedOf('programme-days')(line) ||
        (line.value.serviceFrom !== undefined && mayBePartOf(line.value.code, line.value.serviceFrom, serviceFrom))),
  }
}
