/** The work of a referral by hand: what its Task says, with the checks of the mapping. */
import type * as fhir from '@medplum/fhirtypes'
import { closures, enrolment, outcomeKind, receipt } from '../../../mappings/codes/referral.ts'
import { local, localSystem } from '../../../mappings/shared/extension.ts'
import { needResolutions, type Outcome, type Referral, type RequestStatus, type WorkState } from '../../../src/domain/referral.ts'
import { sdohCodes } from '../../../src/domain/sdoh.ts'
import { handleOf } from '../../../src/lens/handle.ts'
import { bool, code, dateTime, items, known, needed, part, type Report, readConcept, text } from './checks.ts'
import { find, inExtension } from './extensions.ts'
import { termIn, writeTerm } from './references.ts'
import { list, type Maybe, named, said, setExtension, writeConcept } from './writes.ts'

type Task = fhir.Task
type Status = Task['status']

const ofTask: Readonly<Record<string, WorkState>> = {
  ...({ draft: 'draft', requested: 'requested', received: 'received', accepted: 'accepted', ready: 'accepted' } as const),
  ...({ rejected: 'rejected', 'in-progress': 'in-progress', 'on-hold': 'on-hold', completed: 'completed' } as const),
  ...({ failed: 'failed', cancelled: 'cancelled', 'entered-in-error': 'entered-in-error' } as const),
}
const ofRequest: Readonly<Record<RequestStatus, WorkState>> = {
  ...({ draft: 'draft', active: 'requested', 'on-hold': 'on-hold', completed: 'completed' } as const),
  ...({ revoked: 'cancelled', 'entered-in-error': 'entered-in-error', unknown: 'requested' } as const),
}
const statuses = known(...Object.keys(ofTask))

const marked = (task: Task | undefined, table: typeof closures | typeof receipt): fhir.Coding | undefined =>
  task?.businessStatus?.coding?.find((one) => one !== null && table.termOf(one.code, one.system ?? '') !== undefined)
export const closureIn = (task: Task | undefined): Referral['closure'] => {
  const coding = marked(task, closures)
  return coding && closures.termOf(coding.code, coding.system)
}
const staleCode = { system: closures.system, code: 'stale' }
const isStaleCode = (one: fhir.Coding): boolean => one?.system === staleCode.system && one.code === 'stale'
export const isStale = (task: Task | undefined): true | undefined =>
  task?.businessStatus?.coding?.some(isStaleCode) ? true : undefined

export function stateIn(task: Task | undefined, request: RequestStatus | undefined, report: Report): WorkState | undefined {
  const work = code<Status>(task?.status, statuses, 'status', report)
  if (work === 'requested' && marked(task, receipt)) return 'received'
  if (work !== undefined) return ofTask[work]
  return request && ofRequest[request]
}

/** A request that has no work yet gets some that stands where it stands. */
export const workFor = ({ status, subject, requester, performer, priority, authoredOn, meta }: fhir.ServiceRequest): Task =>
  said<Task>({
    ...blank,
    status: ofRequest[status] as Status,
    meta: meta?.security && { security: meta.security },
    for: subject,
    requester,
    priority,
    owner: performer?.[0],
    authoredOn,
  } as Maybe<Task>)

export const blank: Task = {
  resourceType: 'Task',
  status: 'draft',
  intent: 'order',
  code: { coding: [{ system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'fulfill' }] },
}

/** The state and what refines it; as they were if they say it already. */
export function writeState(value: Referral, task: Task, request: RequestStatus | undefined) {
  const isKept = stateIn(task, request, []) === value.state
  const status = isKept ? task.status : value.state.startsWith('closed-') ? task.status : (value.state as Status)
  let codings = task.businessStatus?.coding ?? []
  if (isStale(task) !== value.stale) codings = value.stale ? [...codings, staleCode] : codings.filter((one) => !isStaleCode(one))
  if (closureIn(task) !== value.closure) {
    const before = marked(task, closures)
    codings = codings.filter((one) => one !== before)
    if (value.closure) codings = [...codings, closures.codeOf(value.closure)]
  }
  if (!isKept) codings = codings.filter((one) => receipt.termOf(one.code, one.system) === undefined)
  const coding = codings.length > 0 ? codings : undefined
  const next = said<fhir.CodeableConcept>({ ...task.businessStatus, coding } as Maybe<fhir.CodeableConcept>)
  return { status, businessStatus: Object.keys(next).length > 0 ? next : undefined }
}

const typed = (name: string) => ({ type: { coding: [{ system: localSystem('referral-output'), code: name }] } })
const output = (task: Task | undefined, name: string): fhir.TaskOutput | undefined =>
  task?.output?.find((one) =>
    one?.type?.coding?.some((each) => each?.system === localSystem('referral-output') && each.code === name),
  )
const inOutput = (name: string, member: string): string => `output.where(${JSON.stringify(typed(name))}).${member}`
const path = {
  kind: inOutput('outcome', 'valueCodeableConcept'),
  enrolment: inOutput('enrolment', 'valueCodeableConcept'),
  note: inOutput('outcome-note', 'valueString'),
  resolved: inOutput('need-resolved', 'valueCode'),
}
const resolutions = known(...needResolutions)
const activity = { coding: [{ system: sdohCodes, code: 'resulting-activity' }] }
type Done = Outcome['procedures'][number]

function readActivity(raw: fhir.TaskOutput, report: Report): Done | undefined {
  const isOne = raw.valueCodeableConcept !== undefined && raw.type?.coding?.some((one) => one.code === 'resulting-activity')
  return isOne ? part(raw.valueCodeableConcept, readConcept, 'valueCodeableConcept', report) : undefined
}

export function outcomeIn(task: Task | undefined, report: Report): Referral['outcome'] {
  const kind = termIn(output(task, 'outcome')?.valueCodeableConcept, outcomeKind, path.kind, report)
  const procedures = items(task?.output, readActivity, 'output', report)
  const joined = termIn(output(task, 'enrolment')?.valueCodeableConcept, enrolment, path.enrolment, report)
  const note = text(output(task, 'outcome-note')?.valueString, path.note, report)
  const isNone = procedures.length === 0 && (kind ?? joined ?? note) === undefined
  return isNone ? undefined : { kind, procedures, enrolment: joined, note }
}
export const resolvedIn = (task: Task | undefined, report: Report): Referral['needResolved'] =>
  code<'yes'>(output(task, 'need-resolved')?.valueCode, resolutions, path.resolved, report)

type Member = 'valueCodeableConcept' | 'valueString' | 'valueCode'
function setOutput<K extends Member>(all: fhir.TaskOutput[] | undefined, name: string, member: K, value: fhir.TaskOutput[K]) {
  const now = output({ ...blank, output: all! }, name)
  if (value === undefined) return now?.[member] === undefined ? all : all!.filter((one) => one !== now)
  if (now?.[member] === value) return all
  const next = { ...(now ?? typed(name)), [member]: value } as fhir.TaskOutput
  return now === undefined ? [...(all ?? []), next] : all!.with(all!.indexOf(now), next)
}

export function writeOutputs({ outcome, needResolved }: Referral, now: fhir.TaskOutput[] | undefined) {
  const concept = (name: string) => output({ ...blank, output: now! }, name)?.valueCodeableConcept
  let all = setOutput(now, 'outcome', 'valueCodeableConcept', writeTerm(outcome?.kind, outcomeKind, concept('outcome')))
  all = list<fhir.TaskOutput, Done>(
    all,
    outcome?.procedures ?? [],
    readActivity,
    (one) => JSON.stringify(one),
    (one, prior) => ({ ...(prior ?? { type: activity }), valueCodeableConcept: writeConcept(one, prior?.valueCodeableConcept) }),
  )
  all = setOutput(all, 'enrolment', 'valueCodeableConcept', writeTerm(outcome?.enrolment, enrolment, concept('enrolment')))
  all = setOutput(all, 'outcome-note', 'valueString', outcome?.note)
  return setOutput(all, 'need-resolved', 'valueCode', needResolved)
}

type Attempt = Referral['contactAttempts'][number]
const attemptUrl = local('referral-contact-attempt')
const inAttempt = (name: string, member: string): string =>
  `extension.where(${JSON.stringify({ url: attemptUrl })}).${inExtension(name, member)}`
const tried = {
  channel: inAttempt('channel', 'valueCode'),
  outcome: inAttempt('outcome', 'valueCode'),
  note: inAttempt('note', 'valueString'),
}
const channels = known('phone', 'email', 'portal', 'fax', 'in-person', 'letter')
const ends = known('reached', 'no-answer', 'refused', 'wrong-number')

export function readAttempt(raw: fhir.Annotation, report: Report): Attempt | undefined {
  const facts = find(raw.extension, attemptUrl)
  if (facts === undefined) return undefined
  const when = needed(raw.time, dateTime(raw.time, 'time', report), 'time', report)
  const by = find(facts.extension, 'channel')?.valueCode
  const end = find(facts.extension, 'outcome')?.valueCode
  const channel = needed(by, code<Attempt['channel']>(by, channels, tried.channel, report), tried.channel, report)
  const outcome = needed(end, code<Attempt['outcome']>(end, ends, tried.outcome, report), tried.outcome, report)
  const note = text(find(facts.extension, 'note')?.valueString, tried.note, report)
  if (when === undefined || channel === undefined || outcome === undefined) return undefined
  return { handle: handleOf(raw), at: when, channel, outcome, note }
}

export function writeAttempt({ handle, at, channel, outcome, note }: Attempt, prior?: fhir.Annotation): fhir.Annotation {
  let facts = setExtension(find(prior?.extension, attemptUrl)?.extension, 'channel', 'valueCode', channel)
  facts = setExtension(facts, 'outcome', 'valueCode', outcome)
  facts = setExtension(facts, 'note', 'valueString', note)
  const extension = setExtension(prior?.extension, attemptUrl, 'extension', facts)!
  const told = `${channel}: ${outcome}${note === undefined ? '' : `. ${note}`}`
  return named({ ...prior, time: at, extension, text: told }, handle)
}

type Confirmed = NonNullable<Referral['clientConfirmed']>
const confirmed = { at: inExtension('at', 'valueDateTime'), saidReceived: inExtension('saidReceived', 'valueBoolean') }
const neededPath = inExtension('stillNeeded', 'valueBoolean')

export function readConfirmed(raw: fhir.Extension, report: Report): Confirmed | undefined {
  const when = find(raw.extension, 'at')?.valueDateTime
  const received = find(raw.extension, 'saidReceived')?.valueBoolean
  const still = find(raw.extension, 'stillNeeded')?.valueBoolean
  const at = needed(when, dateTime(when, confirmed.at, report), confirmed.at, report)
  const saidReceived = needed(received, bool(received, confirmed.saidReceived, report), confirmed.saidReceived, report)
  const stillNeeded = needed(still, bool(still, neededPath, report), neededPath, report)
  return at === undefined || saidReceived === undefined || stillNeeded === undefined
    ? undefined
    : { at, saidReceived, stillNeeded }
}

export function writeConfirmed(value: Confirmed, now: fhir.Extension[] | undefined): fhir.Extension[] {
  let inner = setExtension(now, 'at', 'valueDateTime', value.at)
  inner = setExtension(inner, 'saidReceived', 'valueBoolean', value.saidReceived)
  return setExtension(inner, 'stillNeeded', 'valueBoolean', value.stillNeeded)!
}
