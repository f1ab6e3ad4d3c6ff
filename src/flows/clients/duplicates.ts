/**
 * Two records of one person: FHIR lets a second Patient with the same identifier (system and value) be taken, and so do we; in the same
 * commit the coordinators are asked to look at both. They are asked once, and no longer once the two are merged or linked
 * (https://hl7.org/fhir/R4/patient.html#linking), or one is corrected or deleted. Names and dates of birth tell nothing by themselves.
 */
import type { Patient } from '@medplum/fhirtypes'
import { afterBusinessDays } from '../../domain/calendar.ts'
import type { HouseWork } from '../../domain/work-item.ts'
import { listed } from '../../fhir/listed.ts'
import { guardOf } from '../../fhir/search/labels.ts'
import type { TokenValue } from '../../fhir/search/query.ts'
import type { Change } from '../../store/change.ts'
import { rest, type Steps, write } from '../../store/store.ts'
import { withLabelsOf } from '../collections/labels-of.ts'
import { tokensOf } from '../intake/match-discharge.ts'
import { Kept } from '../kept.ts'
import { readingStored } from '../next-version.ts'
import { askEach, withAny } from '../questions.ts'
import { coordinatorOf } from '../worklists/assignments.ts'
import { type Cause, keepWork, labelWork } from '../worklists/house-work.ts'

/** Ids, in order: whoever comes first, it is the same pair. */
type Pair = readonly [one: string, other: string]
const pairOf = (one: string, other: string): Pair => (one < other ? [one, other] : [other, one])

/** Of a client: the others that somebody was asked to compare with. */
const possibleDoubles = new Kept<readonly string[]>('possible-duplicate')

/** Whoever was merged into another keeps their identifiers, and does not count. */
export const stands = ({ link }: Patient): boolean => !listed(link).some((one) => one?.type === 'replaced-by')

const tokensBorne = (patient: Patient): readonly TokenValue[] => (stands(patient) ? tokensOf(listed(patient.identifier)) : [])
const keyOf = ({ system, code }: TokenValue): string => `${system}|${code}`

type Keys = ReadonlySet<string>
const keys = new WeakMap<Patient, Keys>()
/** Of each Patient once, with however many others it is compared. */
function* keysOf(patient: Patient): Steps<Keys> {
  const known = keys.get(patient)
  if (known) return known
  const own = new Set<string>()
  for (const [i, token] of tokensBorne(patient).entries()) {
    yield* rest(i)
    own.add(keyOf(token))
  }
  keys.set(patient, own)
  return own
}

const links = new WeakMap<Patient, ReadonlySet<string | undefined>>()
function isLinked(patient: Patient, id: string): boolean {
  const own = links.get(patient) ?? new Set(listed(patient.link).map((one) => one?.other?.reference))
  links.set(patient, own)
  return own.has(`Patient/${id}`)
}

function* isPossible(pair: Pair, people: ReadonlyMap<string, Patient>): Steps<boolean> {
  const [one, other] = [people.get(pair[0]), people.get(pair[1])]
  if (!one || !other || isLinked(one, pair[1]) || isLinked(other, pair[0])) return false
  const [few, many] = [yield* keysOf(one), yield* keysOf(other)].toSorted((a, b) => a.size - b.size) as [Keys, Keys]
  return few.values().some((key) => many.has(key))
}

/** What one commit does to Patients: seen as each step of it is about to be written, and asked about when all is, whichever way they came. */
export class Doubles {
  readonly #pairs = new Map<string, Pair>()
  readonly #changed = new Set<string>();

  /**
   * Which of them come to bear an identifier that somebody else has, or that two of them bring? What nobody bears yet is asked about at
   * once for all, and costs next to nothing.
   */
  *before(changes: readonly Change[]): Steps<void> {
    const written = changes.flatMap((one) =>
      (one.change === 'put' || one.change === 'remove') && one.type === 'Patient' ? [one] : [],
    )
    if (written.length === 0) return
    const changed = written.filter(({ version }) => version > 1)
    const standing = new Map(yield* patients(changed.map(({ id }) => id)))
    for (const { id } of changed) this.#changed.add(id)
    const fresh = new Map<string, Fresh>()
    for (const [i, one] of written.entries()) {
      yield* rest(i)
      if (one.change === 'remove') continue
      const patient = one.resource as Patient
      const before = yield* keysOf(standing.get(one.id) ?? { resourceType: 'Patient' })
      const tokens = tokensBorne(patient).filter((token) => !before.has(keyOf(token)))
      if (tokens.length > 0) fresh.set(one.id, { patient, tokens })
    }
    for (const pair of (yield* doublesOf(fresh)).pairs) this.#pairs.set(pair.join(), pair)
  }

  /** Somebody is asked to look at each pair; what was asked about those that changed, and no longer is a question, is settled. */
  *review(at: string): Steps<void> {
    for (const pair of yield* askedAbout([...this.#changed])) this.#pairs.set(pair.join(), pair)
    if (this.#pairs.size === 0) return
    const people = new Map(yield* patients([...this.#pairs.values()].flat()))
    const left = new Map<string, Fresh>()
    for (const pair of this.#pairs.values()) {
      if (yield* isPossible(pair, people)) {
        yield* asked(pair, people, at)
        continue
      }
      yield* settled(pair, people, at)
      for (const id of pair) {
        const patient = people.get(id)
        if (patient) left.set(id, { patient, tokens: tokensBorne(patient) })
      }
    }
    // Whoever is left may be somebody else's double.
    const others = yield* doublesOf(left)
    for (const pair of others.pairs) yield* asked(pair, others.people, at)
  }
}

interface Found {
  readonly pairs: readonly Pair[]
  readonly people: ReadonlyMap<string, Patient>
}

interface Fresh {
  readonly patient: Patient
  readonly tokens: readonly TokenValue[]
}

/**
 * The first bearer of an identifier with each other one that is asked about. Whoever everybody may see comes first: what is asked of two
 * of those may be seen by all, whoever else there is.
 */
function* doublesOf(fresh: ReadonlyMap<string, Fresh>): Steps<Found> {
  const people = new Map<string, Patient>()
  const values = [...fresh.values()].flatMap(({ tokens }) => tokens)
  const bearers = yield* withAny('Patient', 'identifier', values)
  for (const stored of bearers.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
    people.set(stored.id, (yield* readingStored<Patient>(stored))!)
  for (const [id, { patient }] of fresh) people.set(id, patient)
  const firsts = new Map<string, string>()
  const pairs = new Map<string, Pair>()
  for (const [id, patient] of [...people].sort(([, one], [, other]) => guardOf(one) - guardOf(other))) {
    const others = new Set<string>()
    let i = 0
    for (const key of yield* keysOf(patient)) {
      yield* rest(i++)
      const first = firsts.get(key) ?? id
      firsts.set(key, first)
      if (first !== id && (fresh.has(first) || fresh.has(id))) others.add(first)
    }
    for (const other of others) {
      const pair = pairOf(other, id)
      if (yield* isPossible(pair, people)) pairs.set(pair.join(), pair)
    }
  }
  return { pairs: [...pairs.values()], people }
}

function* patients(ids: readonly string[]): Steps<readonly (readonly [string, Patient])[]> {
  const found = yield* askEach('Patient', [...new Set(ids)])
  const standing: (readonly [string, Patient])[] = []
  for (const [i, stored] of found.entries()) {
    yield* rest(i)
    const patient = yield* readingStored<Patient>(stored)
    if (stored && patient) standing.push([stored.id, patient])
  }
  return standing
}

/** Pairs with one of these that somebody was asked to look at. */
function* askedAbout(ids: readonly string[]): Steps<readonly Pair[]> {
  const doubles = yield* possibleDoubles.ofEach(ids)
  const pairs = ids.flatMap((id, i) => (doubles[i] ?? []).map((other) => pairOf(id, other)))
  return [...new Map(pairs.map((pair) => [pair.join(), pair])).values()]
}

/** Once; of those that are asked about already one may have been labelled since. */
function* asked(pair: Pair, people: ReadonlyMap<string, Patient>, at: string): Steps<void> {
  const [one, other] = pair
  const cause = causeOf(pair, people)
  if ((yield* possibleDoubles.of(one))?.includes(other)) return yield* write(...(yield* labelWork(cause, at)))
  const day = at.slice(0, 10)
  const coordinator = (yield* coordinatorOf(one, day)) ?? (yield* coordinatorOf(other, day))
  const wanted: HouseWork = {
    kind: 'merge-review',
    what: 'Two records bear the same identifier. If they are one person’s, merge them; otherwise correct the one that is wrong.',
    dueAt: afterBusinessDays(at, 5)!,
    priority: 'routine',
    ...(coordinator !== undefined && { assignee: { id: coordinator } }),
  }
  yield* remembered(pair, (ids, id) => [...ids.filter((known) => known !== id), id])
  yield* write(...(yield* keepWork(cause, wanted, at)))
}

function* settled(pair: Pair, people: ReadonlyMap<string, Patient>, at: string): Steps<void> {
  yield* remembered(pair, (ids, id) => ids.filter((known) => known !== id))
  yield* write(...(yield* keepWork(causeOf(pair, people), undefined, at)))
}

/** The work is about the second and names the first as its client; it bears the labels of both. */
function causeOf([one, other]: Pair, people: ReadonlyMap<string, Patient>): Cause {
  const bare: Patient = { resourceType: 'Patient' }
  const about = withLabelsOf(people.get(other) ?? bare, people.get(one) ?? bare)
  return { why: `double of ${one}`, about, id: other, clientId: one }
}

/** Each of the two remembers the other. */
function* remembered(pair: Pair, change: (ids: readonly string[], id: string) => readonly string[]): Steps<void> {
  for (const [key, id] of [pair, pair.toReversed()] as readonly Pair[]) {
    const ids = change((yield* possibleDoubles.of(key)) ?? [], id)
    yield* write(ids.length > 0 ? possibleDoubles.remember(key, ids) : possibleDoubles.forget(key))
  }
}
