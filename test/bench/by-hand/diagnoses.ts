/** Diagnoses of a stay by hand: what its Encounter names, and the Conditions at hand. */
import type { Condition, EncounterDiagnosis } from '@medplum/fhirtypes'
import { local } from '../../../mappings/shared/extension.ts'
import { unknownSubject } from '../../../mappings/shared/stay.ts'
import type { Diagnosis } from '../../../src/domain/discharge.ts'
import { equal } from '../../../src/lens/equal.ts'
import { isObject, type Report, readConcept } from './checks.ts'
import { find } from './extensions.ts'
import { type Maybe, said, setExtension, writeConcept } from './writes.ts'

const roles = 'http://terminology.hl7.org/CodeSystem/diagnosis-role'
const presentUrl = local('present-on-admission')
const nobody: Report = Object.assign([], { push: () => 0 })

type Use = EncounterDiagnosis
const roleCode = ({ use }: Use): string | undefined => use?.coding?.find((one) => one?.system === roles)?.code

function roleOf(use: Use): Diagnosis['role'] {
  const code = roleCode(use)
  if (code === 'AD') return 'admitting'
  return use.rank === 1 ? 'principal' : code === undefined ? undefined : 'secondary'
}

function idOf(use: Use): string | undefined {
  const [type, id, ...more] = use?.condition?.reference?.split('/') ?? []
  return type === 'Condition' && more.length === 0 ? id : undefined
}

interface Named {
  readonly uses: Use[]
  readonly condition: Condition
}

/** In the order of the Encounter; those that are not at hand are left out. */
function namedIn(uses: readonly Use[] | undefined, conditions: readonly Condition[]): Map<string, Named> {
  const found = new Map<string, Named>()
  for (const use of uses ?? []) {
    const id = idOf(use)
    const condition = id === undefined ? undefined : conditions.find((one) => one?.id === id)
    if (id === undefined || condition === undefined) continue
    const before = found.get(id)
    if (before) before.uses.push(use)
    else found.set(id, { uses: [use], condition })
  }
  return found
}

const useOf = ({ uses }: Named): Use => uses.find((one) => roleOf(one) !== 'admitting') ?? uses[0]!

function read(id: string, named: Named): Diagnosis {
  const use = useOf(named)
  const { code } = named.condition
  return {
    id,
    code: isObject(code) ? readConcept(code, nobody) : undefined,
    role: roleOf(use),
    onAdmission: find(use.extension, presentUrl)?.valueBoolean,
  }
}

export const readDiagnoses = (uses: readonly Use[] | undefined, conditions: readonly Condition[]): Diagnosis[] =>
  [...namedIn(uses, conditions)].map(([id, named]) => read(id, named))

function inRole(use: Use, role: Diagnosis['role']): Use {
  if (roleOf(use) === role) return use
  const { use: before, rank: _, ...rest } = use
  if (role === undefined) return rest
  const coded = (code: string) => ({ coding: [{ system: roles, code }] })
  if (role === 'admitting') return { ...rest, use: coded('AD') }
  const kept = before && roleCode(use) !== undefined && roleCode(use) !== 'AD' ? before : coded('DD')
  return { ...rest, use: kept, ...(role === 'principal' && { rank: 1 }) }
}

function write(value: Diagnosis, before: Named | undefined): Named {
  if (before && equal(read(value.id, before), value)) return before
  const use = inRole(before ? useOf(before) : { condition: { reference: `Condition/${value.id}` } }, value.role)
  const extension = setExtension(use.extension, presentUrl, 'valueBoolean', value.onAdmission)
  const condition = before?.condition ?? {
    resourceType: 'Condition',
    id: value.id,
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'encounter-diagnosis' }] }],
    subject: unknownSubject,
  }
  const code = value.code && writeConcept(value.code, before?.condition.code)
  return {
    uses: [said<Use>({ ...use, extension } as Maybe<Use>)],
    condition: said<Condition>({ ...condition, code } as Maybe<Condition>),
  }
}

/** New items in the places of the old, the rest where it was. */
function filled<T>(now: readonly T[], isOld: (one: T) => boolean, items: readonly T[]): T[] {
  const next: T[] = []
  let at = 0
  for (const one of now) {
    if (!isOld(one)) next.push(one)
    else if (at < items.length) next.push(items[at++]!)
  }
  return [...next, ...items.slice(at)]
}

export function writeDiagnoses(values: readonly Diagnosis[], uses: Use[] | undefined, conditions: Condition[]) {
  const before = namedIn(uses, conditions)
  const next = values.map((value) => write(value, before.get(value.id)))
  const isSame = next.length === before.size && [...before.values()].every((one, i) => one === next[i])
  if (isSame) return { uses, conditions }
  const nextUses = filled(
    uses ?? [],
    (one) => before.has(idOf(one) ?? ''),
    next.flatMap((one) => one.uses),
  )
  const nextConditions = filled(
    conditions,
    (one) => before.has(one.id ?? ''),
    next.map((one) => one.condition),
  )
  return { uses: nextUses.length > 0 ? nextUses : undefined, conditions: nextConditions }
}
