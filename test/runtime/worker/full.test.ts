/** Storage that is full: what is to be written is refused as a whole, and works as soon as there is room. */
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { ok } from '../../../src/domain/problem.ts'
import { openDurableObject } from '../../../src/store/durable-object.ts'
import { openSqlStore } from '../../../src/store/sql-store.ts'
import { morning, save, saving } from '../../contract/store/support.ts'

const { TENANT } = env as unknown as { TENANT: DurableObjectNamespace }

/** It takes so many inserts yet, then says what workerd says. */
function filling(storage: DurableObjectStorage, room: { left: number }): DurableObjectStorage {
  const { sql } = storage
  const exec: SqlStorage['exec'] = (query, ...values) => {
    if (query.startsWith('insert') && room.left-- <= 0) throw new Error('database or disk is full: SQLITE_FULL')
    return sql.exec(query, ...values)
  }
  return new Proxy(storage, {
    get(of, name) {
      if (name === 'sql') return { exec }
      const member = Reflect.get(of, name) as unknown
      return typeof member === 'function' ? member.bind(of) : member
    },
  })
}

test('wherever in a commit it becomes full', () =>
  runInDurableObject(TENANT.getByName('full'), async (_, { storage }) => {
    await storage.deleteAll()
    const room = { left: Number.POSITIVE_INFINITY }
    const options = { clock: () => morning, newEpoch: () => 'e1', patience: 0 }
    const store = await openSqlStore(openDurableObject(filling(storage, room)), options)
    const patients = ['a', 'b'].map((id) => ({ resourceType: 'Patient', id, active: true }))
    const both = () =>
      store.commit(function* () {
        for (const patient of patients) yield* saving(patient)
        return ok(undefined)
      })
    let inserts = 0
    for (; ; inserts++) {
      room.left = inserts
      const done = await both()
      if (done.ok) break
      expect(done.problem.code).toBe('unavailable')
      expect(await store.look({ ask: 'resource', type: 'Patient', id: 'a' })).toBeUndefined()
      expect(inserts).toBeLessThan(50)
    }
    expect(inserts).toBeGreaterThan(2)
    room.left = Number.POSITIVE_INFINITY
    expect(await save(store, ...patients)).toEqual([2, 2])
  }))
