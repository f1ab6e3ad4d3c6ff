/**
 * Killed in the middle of a write, with everything written and nothing synced, with everything synced and nothing answered: for all that
 * comes in. After the restart it is there whole or not at all, and once its sender has sent it again, once. HANDOFF_KILL_POINTS=all tries
 * every write, sync and answer instead of these.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SandboxServer, startSandbox } from '../../src/demo/sandbox/fhir-server.ts'
import { type Kind, kindsOf, nobody } from './kill-points/kinds.ts'
import { canRecord, type Recorded, record } from './power/recorder.ts'

type Order = Parameters<Recorded['order']>[0]

const isThorough = process.env.HANDOFF_KILL_POINTS === 'all'
const chosen: readonly (readonly [Order, after: number])[] = [
  ['kill before a write', 3],
  ['kill before a sync', 0],
  ['kill before an answer', 0],
]
const names = [
  ...['ADT over MLLP', 'ADT over HTTP', 'a result (ORU)', 'an appointment (SIU)', 'a FHIR message', 'a transaction', 'a batch'],
  ...['a clinical document', 'a pull', 'a command that signs', 'an acknowledgement of billing'],
]

describe.skipIf(!canRecord)('a kill (needs Linux and a C compiler)', () => {
  let recorded: Recorded
  let partner: SandboxServer
  let kinds: readonly Kind[]
  let next = 1
  const at = () => ({ url: recorded.gateway.url, mllpPort: recorded.mllpPort })
  beforeAll(async () => {
    partner = await startSandbox({ name: 'East' })
    recorded = await record({ log: false, allowed: `${partner.target}, ${nobody}` })
    kinds = await kindsOf(at, partner)
    expect(kinds.map(({ name }) => name)).toEqual(names)
  }, 60_000)
  afterAll(async () => {
    await recorded.remove()
    await partner.close()
  })

  /** How many rows there are of each thing that is kept. */
  function kept(): Readonly<Record<string, number>> {
    const database = new DatabaseSync(join(recorded.root, 'new', 'store', 'default.sqlite'), { readOnly: true })
    const rows = database
      .prepare(
        `SELECT 'now ' || type AS thing, count(*) AS n FROM resource WHERE deleted = 0 GROUP BY type
        UNION ALL SELECT 'versions of ' || type, count(*) FROM version GROUP BY type
        UNION ALL SELECT 'messages', count(*) FROM message UNION ALL SELECT 'deliveries', count(*) FROM delivery`,
      )
      .all() as { thing: string; n: number }[]
    database.close()
    return Object.fromEntries(rows.map(({ thing, n }) => [thing, n]))
  }
  /** What has come since. */
  function since(before: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
    const more = Object.entries(kept()).map(([thing, n]) => [thing, n - (before[thing] ?? 0)] as const)
    return Object.fromEntries(more.filter(([, n]) => n !== 0))
  }

  /** What one leaves that nothing happens to. */
  async function whole(kind: Kind): Promise<Readonly<Record<string, number>>> {
    const n = next++
    await kind.prepare?.(at(), n)
    const before = kept()
    expect(await kind.send(at(), n)).toMatch(kind.acknowledged)
    return since(before)
  }

  const lives = () =>
    fetch(`${recorded.gateway.url}/livez`).then(
      ({ ok }) => ok,
      () => false,
    )

  /** Whether the kill came before the answer. */
  async function killed(kind: Kind, order: Order, after: number, all: Readonly<Record<string, number>>): Promise<boolean> {
    const n = next++
    await kind.prepare?.(at(), n)
    const before = kept()
    recorded.order(order, after)
    const answer = await kind.send(at(), n)
    recorded.order('nothing')
    // What goes on after the answer may have been struck, too.
    if (answer === undefined || !(await lives())) {
      await recorded.gateway.ended
      recorded = await recorded.again()
    }
    const where = `${order} ${after}`
    if (answer === undefined) {
      if (!kind.isDivided) expect([{}, all], where).toContainEqual(since(before))
      expect(await kind.send(at(), n), where).toMatch(kind.acknowledged)
    } else expect(answer, where).toMatch(kind.acknowledged)
    expect(since(before), where).toEqual(all)
    return answer === undefined
  }

  it.each(names.map((name, i) => [name, i] as const))('of %s leaves all of it or nothing', { timeout: 600_000 }, async (_, i) => {
    const kind = kinds[i]!
    const all = await whole(kind)
    expect(Object.keys(all).length).toBeGreaterThan(0)
    for (const [order, after] of chosen) {
      if (!isThorough) expect(await killed(kind, order, after, all), order).toBe(true)
      else for (let step = 0; await killed(kind, order, step, all); ) step++
    }
  })
})
