/**
 * Whatever is sent to `/coordination`, sound or damaged, in or out of turn: it is taken or refused, with a reason that programs can read, and
 * the state of a member moves by events that its machine allows, and by nothing else. COMMANDS sets how much of each collection (15).
 */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { offeredEvents } from '../../src/domain/state-machine.ts'
import type { AnyCollection } from '../../src/flows/collections/collection.ts'
import { collections } from '../../src/flows/collections/index.ts'
import { inState } from '../flows/rules/walk.ts'
import { arbitraryOf } from '../laws/arbitrary.ts'
import { consent, marisol, put } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

const numRuns = Number(process.env.COMMANDS ?? 15)

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway({ validation: 'mark' })
  await put(gateway, marisol)
  await put(gateway, consent)
})
afterAll(() => gateway.stop())

type Value = Readonly<Record<string, unknown>>

/** What nobody should send, at whatever place. */
const junk = fc.constantFrom<unknown>(
  ...[null, true, -1, 1e308, '', ' ', '\u0000', 'x'.repeat(2000), '2026-02-30', '../../etc', "'; DROP TABLE resource", [], {}],
  ...[[[[[]]]], { toString: 1 }, JSON.parse('{"__proto__":{"state":"x"}}'), { constructor: { prototype: {} } }],
)

/** A value with junk at one place, chosen by numbers. */
function damaged(value: unknown, way: readonly number[], what: unknown): unknown {
  const [step, ...rest] = way
  if (step === undefined || typeof value !== 'object' || value === null) return what
  if (Array.isArray(value))
    return value.length === 0 ? [what] : value.with(step % value.length, damaged(value[step % value.length], rest, what))
  const names = Object.keys(value)
  const name = names[step % (names.length + 1)] ?? 'colour'
  return { ...value, [name]: damaged((value as Value)[name], rest, what) }
}

const damage = fc.option(fc.tuple(fc.array(fc.nat(30), { minLength: 1, maxLength: 4 }), junk))

async function ask(method: string, path: string, json: unknown, headers: Record<string, string> = {}) {
  const answer = await gateway.request(`/coordination/${path}`, { method, json, headers })
  const body = (await answer.json()) as Value
  const where = `${method} ${path} ${JSON.stringify(json)} → ${answer.status} ${JSON.stringify(body)}`
  expect(answer.status, where).toBeLessThan(500)
  if (answer.status >= 400) {
    expect(answer.headers.get('content-type'), where).toMatch(/^application\/problem\+json/)
    expect(body, where).toMatchObject({ type: expect.any(String), code: expect.any(String), status: answer.status })
  }
  return { status: answer.status, body, etag: answer.headers.get('etag') ?? '', where }
}

const commands = ({ command, mapping }: AnyCollection): fc.Arbitrary<Value> =>
  arbitraryOf<Value>(command).map((value) => ({ ...value, ...('clientId' in mapping.fields && { clientId: marisol.id }) }))

/** Events as they may be told, or not, one after the other: by those that the machine allows, and by no other way, a member moves. */
async function move(collection: AnyCollection, id: string, happenings: readonly (readonly [string, unknown])[]): Promise<void> {
  const { field, states } = collection.machine!
  const member = `${collection.name}/${id}`
  const read = () => ask('GET', member, undefined)
  let { body, etag } = await read()
  for (const [type, told] of happenings) {
    const from = body[field] as string
    const moved = await ask('POST', `${member}/events`, told)
    ;({ body, etag } = await read())
    if (moved.status !== 200) expect(body[field], moved.where).toBe(from)
    else {
      expect(offeredEvents(states, from), moved.where).toContain(type)
      expect(body[field], moved.where).toBe(states.events[type]!.to)
    }
  }
  for (const wished of states.states) {
    const patched = { 'if-match': etag, 'content-type': 'application/merge-patch+json' }
    const { where } = await ask('PATCH', member, { [field]: wished }, patched)
    const now = await read()
    expect(now.body[field], where).toBe(body[field])
    etag = now.etag
  }
}

describe.each(collections.map((collection) => ({ name: collection.name, collection })))('$name', ({ name, collection }) => {
  const { machine, sealed } = collection

  it('takes or refuses whatever is sent', { timeout: 120_000 }, async () => {
    const wished = fc.constantFrom(...(machine?.states.states ?? ['']))
    await fc.assert(
      fc.asyncProperty(commands(collection), damage, wished, async (command, broken, state) => {
        const made = await ask('POST', name, broken ? damaged(command, ...broken) : command)
        if (machine === undefined || made.status !== 201 || broken) return
        // Whatever it says of its state.
        const again = await ask('POST', name, { ...command, [machine.field]: state })
        if (again.status === 201) expect(again.body[machine.field], again.where).toBe(made.body[machine.field])
      }),
      { numRuns },
    )
  })

  it.runIf(machine && !sealed)('moves by its machine alone', { timeout: 120_000 }, async () => {
    const { states } = machine!
    const happening = fc
      .tuple(fc.constantFrom(...Object.keys(states.events), 'explode', '__proto__', ''), damage)
      .map(([type, broken]) => {
        const told = { type, at: '2026-03-02T09:30:00Z', reason: 'as it was asked' }
        return [type, broken ? damaged(told, ...broken) : told] as const
      })
    const some = fc.tuple(fc.constantFrom(...states.states), fc.array(happening, { maxLength: 6 }))
    let count = 0
    await fc.assert(
      fc.asyncProperty(some, async ([from, happenings]) => {
        const id = `${collection.prefix}-any-${name}-${count++}`
        if (await inState(gateway, collection, id, from)) await move(collection, id, happenings)
      }),
      { numRuns },
    )
  })
})
