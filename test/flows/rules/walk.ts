/** Members of any collection in any state, and the two doors by which they move. */
import fc from 'fast-check'
import { type AdvocacyAction, workStatusOf } from '../../../src/domain/advocacy.ts'
import { type NeedState, verificationOf } from '../../../src/domain/need.ts'
import type { AnyCollection } from '../../../src/flows/collections/collection.ts'
import { type Gathered, hold } from '../../../src/flows/collections/parts.ts'
import { system } from '../../../src/gateway.ts'
import { arbitraryOf } from '../../laws/arbitrary.ts'
import { marisol, type Said, say } from '../../support/coordination.ts'
import type { TestGateway } from '../../support/gateway.ts'

export type Value = Readonly<Record<string, unknown>>
type Part = Readonly<Record<string, unknown>> & { readonly resourceType: string; readonly id?: string }

/** What a member says in a state, where its schema alone does not make it a member that rules let move. */
const needed: Readonly<Record<string, (state: string, id: string) => Value>> = {
  advocacy: (state) => ({ workStatus: workStatusOf({ state: state as AdvocacyAction['state'], outcome: undefined }) }),
  authorizations: () => ({ items: [] }),
  'care-plans': () => ({ goals: ['gol-1'] }),
  crises: (_state, id) => ({
    openedAt: '2026-03-02T09:00:00Z',
    identifiers: [{ handle: 'number', system: 'https://warm-handoff.example/fhir/NamingSystem/crisis-event', value: id }],
  }),
  discharges: () => ({
    clientId: undefined,
    encounterClass: 'inpatient-acute-psych',
    dischargedAt: '2026-03-01T10:00:00-05:00',
    timeZone: 'America/New_York',
  }),
  goals: () => ({ acceptance: [{ handle: 'agreed', party: `Patient/${marisol.id}`, status: 'agree' }] }),
  needs: (state) => ({ verification: verificationOf(state as NeedState, undefined) }),
  progress: () => ({ goalIds: ['gol-1'], code: { system: 'http://loinc.org', code: '44261-6' }, at: '2026-03-01' }),
  referrals: (state) => ({
    kind: 'community-service',
    consentId: 'con-marisol',
    requestedAt: '2026-01-02',
    requestStatus: state === 'draft' || state === 'entered-in-error' ? state : 'active',
    closure: state.startsWith('closed-') ? state.slice('closed-'.length) : undefined,
  }),
  'work-items': () => ({ kind: 'call' }),
  sessions: () => ({
    kind: 'outreach',
    renderer: { id: 'prc-1' },
    modality: 'in-person',
    actual: { start: '2026-03-02T10:00:00Z', end: '2026-03-02T10:50:00Z' },
  }),
}

const bundle = (resources: readonly Part[]) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: resources.map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } })),
})

const write = (gateway: TestGateway, resources: readonly Part[]): Promise<Said> =>
  say(gateway, 'POST', '/fhir', bundle(resources), { 'content-type': 'application/fhir+json' })

const listed = (part: unknown): readonly Part[] => (part === undefined ? [] : Array.isArray(part) ? part : [part as Part])

/** Values of the read schema, first with as little in them as it allows; drawn once. */
const drawn = new Map<string, readonly Value[]>()
function valuesOf(collection: AnyCollection): readonly Value[] {
  const known = drawn.get(collection.name)
  if (known) return known
  const all = fc.sample(arbitraryOf<Value>(collection.mapping.domain), { numRuns: 30, seed: 7 })
  const least = all.map((value) => Object.fromEntries(Object.entries(value).filter(([field]) => !unwanted(collection, field))))
  const values = [...least, ...all]
  drawn.set(collection.name, values)
  return values
}

/** A foreign record in this state; undefined where no record tells the state by itself. */
export async function inState(
  gateway: TestGateway,
  collection: AnyCollection,
  id: string,
  state: string,
): Promise<Gathered | undefined> {
  const { mapping, machine, anchor, parts, name } = collection
  const client = 'clientId' in mapping.fields ? { clientId: marisol.id } : {}
  let why: unknown
  for (const [i, plain] of valuesOf(collection).entries()) {
    const value = { ...plain, ...client, ...needed[name]?.(state, id), [machine!.field]: state }
    const linked = Object.entries(mapping.write(value) as Gathered['parts']).flatMap(([type, of]) =>
      listed(of).map((part, n) => {
        const link = parts.find((one) => one.type === type)
        const named = { ...part, id: type === anchor ? id : `${id}-${n}` } as never
        return (link && 'link' in link ? link.link(named, `${anchor}/${id}`, value) : named) as Part
      }),
    )
    const written = await write(gateway, linked)
    const held = written.status === 200 ? await standing(gateway, collection, id) : undefined
    if (held) {
      drawn.set(name, valuesOf(collection).slice(i))
      return held.value[machine!.field] === state ? held : undefined
    }
    why = written.body
  }
  throw new Error(`${name}: no record in state ${state} can be written: ${JSON.stringify(why)}`)
}

/** Optional fields drawn at random would only add rules of their own. */
const unwanted = ({ computed = [], byEvents = [], mapping }: AnyCollection, field: string): boolean =>
  [...computed, ...byEvents].includes(field) ||
  (mapping.domain as unknown as { shape?: Record<string, { safeParse(value: unknown): { success: boolean } }> }).shape?.[
    field
  ]?.safeParse(undefined).success === true

export async function standing(gateway: TestGateway, collection: AnyCollection, id: string): Promise<Gathered | undefined> {
  const { store } = await gateway.gateway.context(system())
  const held = await store.commit(() => hold(collection, id))
  return held.ok ? held.value : undefined
}

/** A member as somebody who knows our words writes it in another state; undefined where that reads as yet another. */
export function inOtherState(
  { mapping, machine, name }: AnyCollection,
  held: Gathered,
  state: string,
  details: Value = {},
): Gathered['parts'] | undefined {
  const reading = mapping.read(held.parts)
  if (!reading.ok) throw new Error(`unreadable: ${JSON.stringify(reading.issues)}`)
  // Of some the status stands in a field of its own.
  const status = 'workStatus' in mapping.fields ? needed[name]?.(state, held.id) : {}
  const next = mapping.write({ ...reading.value, ...status, [machine!.field]: state, ...details }, held.parts)
  const again = mapping.read(next)
  const told = again.ok && (again.value[machine!.field] === state || 'closure' in details)
  return told ? (next as Gathered['parts']) : undefined
}

/** Writes what differs from how it stands on `/fhir`. */
export function writeOver(gateway: TestGateway, held: Gathered, next: Gathered['parts']): Promise<Said> {
  const changed = Object.entries(next).flatMap(([type, now]) =>
    listed(now).filter((part) => !listed(held.parts[type]).includes(part)),
  )
  return write(gateway, changed)
}

export const moveByEvent = (
  gateway: TestGateway,
  { name }: AnyCollection,
  id: string,
  type: string,
  details: Value = {},
): Promise<Said> => say(gateway, 'POST', `/coordination/${name}/${id}/events`, { type, ...details })

/** A member's value without what tells one copy from another: ids, handles, the minute of the test. */
export function said({ value, id }: Gathered): Record<string, unknown> {
  const text = JSON.stringify(value)
    .replaceAll(id, 'itself')
    .replaceAll(/"[a-z]{3}-[0-9A-Z]{26}"/g, '"made here"')
    .replaceAll(/"handle":"[^"]*"/g, '"handle":"h"')
    .replaceAll(/T09:3\d:[^"]*Z"/g, 'Tnow"')
  return JSON.parse(text)
}
