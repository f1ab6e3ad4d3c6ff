/** What a hospital stay's Encounter says in more than one place: its class, its state, its diagnoses. */
import type { Coding, Condition, Encounter, EncounterDiagnosis } from '@medplum/fhirtypes'
import type { Diagnosis, DischargeState, EncounterClass } from '../../src/domain/discharge.ts'
import { onward } from '../../src/lens/bound.ts'
import { type Codec, silently, unread } from '../../src/lens/codec.ts'
import { type Field, field } from '../../src/lens/field.ts'
import { literalTo } from '../../src/lens/literal.ts'
import { withMember } from '../../src/lens/order.ts'
import { root } from '../../src/lens/place.ts'
import { concept } from './datatypes.ts'
import { extension, local } from './extension.ts'

/** Reads on through a codec for which absence, too, says something. */
export const whole = <R, A, B>(at: Field<R, A>, codec: Codec<A, B>): Field<R, B> =>
  field<R, B>({
    path: at.path,
    places: at.places,
    codec: codec.name,
    bind(plan) {
      const prior = at.get(plan.blank as R, silently)
      return onward(
        at.bind(plan),
        (raw, report) => (raw === unread ? unread : codec.read(raw, report)),
        (value) => codec.write(value, prior === unread ? undefined : prior),
      )
    },
    put(resource, value) {
      const prior = at.get(resource, silently)
      return at.put(resource, codec.write(value, prior === unread ? undefined : prior))
    },
  })

const actCode = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'
/** No class at all: written where a value names none of ours. */
export const noClass: Coding = { system: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor', code: 'UNK' }

/** Class → what it may be; the first where nothing closer is said. https://terminology.hl7.org/ValueSet-v3-ActEncounterCode.html */
const settings: Readonly<Record<string, readonly EncounterClass[]>> = {
  IMP: ['inpatient-medical', 'inpatient-acute-psych'],
  ACUTE: ['inpatient-medical', 'inpatient-acute-psych'],
  NONAC: ['residential'],
  EMER: ['ed'],
  OBSENC: ['observation'],
  SS: ['other'],
}
/** Classes of hospital stays. */
export const hospitalClasses: ReadonlySet<string> = new Set(Object.keys(settings))

const settingsOf = (raw: Coding | undefined): readonly EncounterClass[] =>
  (raw?.system === undefined || raw.system === actCode) && raw?.code !== undefined && Object.hasOwn(settings, raw.code)
    ? settings[raw.code]!
    : []

type RawClass = { readonly class: Coding | undefined; readonly setting: string | undefined }
export const encounterClass: Codec<RawClass, EncounterClass | undefined> = {
  name: 'class of a hospital stay',
  read(raw) {
    const possible = settingsOf(raw.class)
    return possible.find((one) => one === raw.setting) ?? possible[0]
  },
  write(value, prior) {
    const possible = settingsOf(prior?.class)
    if (value === undefined) return possible.length === 0 && prior?.class ? prior : { class: noClass, setting: undefined }
    const kept = possible.includes(value)
      ? prior!.class!
      : { system: actCode, code: Object.keys(settings).find((code) => settings[code]!.includes(value))! }
    return { class: kept, setting: settingsOf(kept)[0] === value ? undefined : value }
  },
}

/** Statuses of a stay that goes on. */
const goingOn = (status: Encounter['status'] | undefined): boolean =>
  status !== undefined && !['finished', 'cancelled', 'entered-in-error'].includes(status)

/** The state that a status says by itself; a stay that goes on has none. */
function bareState(status: Encounter['status'] | undefined): DischargeState | undefined {
  if (status === 'finished') return 'matched'
  return status === 'cancelled' || status === 'entered-in-error' ? status : undefined
}

/** A cancelled discharge leaves the patient in hospital, a cancelled admission does not. */
const fits = (status: Encounter['status'] | undefined, state: DischargeState | undefined): boolean => {
  if (state === undefined) return goingOn(status)
  if (state === 'cancelled') return status === 'cancelled' || goingOn(status)
  return status === (state === 'entered-in-error' ? 'entered-in-error' : 'finished')
}

type RawState = { readonly status: Encounter['status'] | undefined; readonly fine: DischargeState | undefined }
export const dischargeState: Codec<RawState, DischargeState | undefined> = {
  name: 'state of a discharge',
  read: ({ status, fine }) => (fine !== undefined && fits(status, fine) ? fine : bareState(status)),
  write(value, prior) {
    const usual = value === undefined || value === 'cancelled' ? 'in-progress' : value === 'entered-in-error' ? value : 'finished'
    const status = fits(prior?.status, value) ? prior!.status! : usual
    return { status, fine: bareState(status) === value ? undefined : value }
  },
}

const diagnosisRole = 'http://terminology.hl7.org/CodeSystem/diagnosis-role'
const roleCode = ({ use }: EncounterDiagnosis): string | undefined =>
  Array.isArray(use?.coding) ? use.coding.find((one) => one?.system === diagnosisRole)?.code : undefined

/** Encounter.diagnosis.use and rank. https://hl7.org/fhir/R4/valueset-diagnosis-role.html */
function roleOf(use: EncounterDiagnosis): Diagnosis['role'] {
  const code = roleCode(use)
  if (code === 'AD') return 'admitting'
  return use.rank === 1 ? 'principal' : code === undefined ? undefined : 'secondary'
}

const diagnosisOrder = new Map(['condition', 'use', 'rank', 'extension'].map((member, i) => [member, i]))
const withUse = (use: EncounterDiagnosis, member: 'use' | 'rank', value: unknown): EncounterDiagnosis =>
  withMember({ ...use }, member, value, diagnosisOrder) as unknown as EncounterDiagnosis

function withRole(use: EncounterDiagnosis, role: Diagnosis['role']): EncounterDiagnosis {
  if (roleOf(use) === role) return use
  const { use: before, rank: _, ...rest } = use
  if (role === undefined) return rest
  const coded = (code: string) => ({ coding: [{ system: diagnosisRole, code }] })
  if (role === 'admitting') return withUse(rest, 'use', coded('AD'))
  const kept = before && roleCode(use) !== undefined && roleCode(use) !== 'AD' ? before : coded('DD')
  const made = withUse(rest, 'use', kept)
  return role === 'principal' ? withUse(made, 'rank', 1) : made
}

const onAdmission = extension(root<EncounterDiagnosis>(), local('present-on-admission')).valueBoolean
const codeOf = root<Condition>().code.optional(concept)

type RawDiagnoses = { readonly uses: EncounterDiagnosis[] | undefined; readonly conditions: Condition[] | undefined }

/** Where the subject stands once the stay's own is known; until then a Condition says that it is not known. */
export const unknownSubject = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
}

const conditionId = (use: EncounterDiagnosis): string | undefined => literalTo('Condition', use.condition?.reference)

function readOne(uses: readonly EncounterDiagnosis[], condition: Condition): Diagnosis {
  // A diagnosis that was both admitted with and discharged with is the latter.
  const use = uses.find((one) => roleOf(one) !== 'admitting') ?? uses[0]!
  const code = codeOf.get(condition, silently)
  const role = roleOf(use)
  const present = onAdmission.get(use, silently)
  return {
    id: condition.id!,
    ...(code !== undefined && code !== unread && { code }),
    ...(role !== undefined && { role }),
    ...(typeof present === 'boolean' && { onAdmission: present }),
  }
}

/** Diagnoses that the Encounter names and whose Conditions are at hand, in its order; others are left where they are. */
export const diagnoses: Codec<RawDiagnoses, readonly Diagnosis[]> = {
  name: 'each diagnosis',
  read: (raw) => [...claimed(raw)].map(([, { uses, condition }]) => readOne(uses, condition)),
  write(values, prior = { uses: [], conditions: [] }) {
    const before = claimed(prior)
    const next = values.map((value) => writeOne(value, before.get(value.id)))
    return {
      uses: orUndefined(
        filled(
          prior.uses ?? [],
          (use) => before.has(conditionId(use) ?? ''),
          next.flatMap((one) => one.uses),
        ),
      ),
      conditions: filled(
        prior.conditions ?? [],
        (one) => before.has(one.id ?? ''),
        next.map((one) => one.condition),
      ),
    }
  },
}

interface Claimed {
  readonly uses: readonly EncounterDiagnosis[]
  readonly condition: Condition
}

function claimed({ uses, conditions }: RawDiagnoses): ReadonlyMap<string, Claimed> {
  const byId = new Map((Array.isArray(conditions) ? conditions : []).map((one) => [one?.id, one]))
  const found = new Map<string, { uses: EncounterDiagnosis[]; condition: Condition }>()
  for (const use of Array.isArray(uses) ? uses : []) {
    const id = use === null ? undefined : conditionId(use)
    const condition = id === undefined ? undefined : byId.get(id)
    if (id === undefined || !condition) continue
    const known = found.get(id)
    if (known) known.uses.push(use)
    else found.set(id, { uses: [use], condition })
  }
  return found
}

function writeOne(value: Diagnosis, before: Claimed | undefined): Claimed {
  const use = before?.uses.find((one) => roleOf(one) !== 'admitting') ??
    before?.uses[0] ?? { condition: { reference: `Condition/${value.id}` } }
  const put = onAdmission.put(withRole(use, value.role), value.onAdmission)
  const condition = before?.condition ?? {
    resourceType: 'Condition',
    id: value.id,
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'encounter-diagnosis' }] }],
    subject: unknownSubject,
  }
  return { uses: before && put === use ? before.uses : [put], condition: codeOf.put(condition, value.code) }
}

/** Claimed slots are filled in the order of the new items; all else keeps its place. */
function filled<T>(now: readonly T[], isClaimed: (item: T) => boolean, items: readonly T[]): T[] {
  const next: T[] = []
  let at = 0
  let end = -1
  for (const item of now) {
    if (item === null || !isClaimed(item)) next.push(item)
    else if (at < items.length) end = next.push(items[at++]!)
  }
  next.splice(end < 0 ? next.length : end, 0, ...items.slice(at))
  return next
}

const orUndefined = <T>(items: T[]): T[] | undefined => (items.length > 0 ? items : undefined)
