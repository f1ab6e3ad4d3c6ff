/** How faithful the mappings are to the records that are kept here, told by elements and counts: nothing of what the records say. */
import { type Fidelity, measuring, type Sample } from '../../lens/fidelity.ts'
import type { Work } from '../../lens/trace.ts'
import { lookThrough } from '../../store/store.ts'
import { collections } from '../collections/index.ts'
import type { Context } from '../context.ts'
import { keptRecords } from './kept-records.ts'

/** Characters of the records of a collection that are looked at: each value is, in all of its list. */
const room = 32 * 1024

/** Of each collection, or the one with this mapping, by its newest `most` records, as far as there is room for them. */
export async function fidelity(ctx: Context, most: number, mapping?: string): Promise<readonly Fidelity[]> {
  const all: Fidelity[] = []
  for (const collection of collections) {
    if (mapping !== undefined && collection.mapping.name !== mapping) continue
    const samples = fitting(await lookThrough(ctx.store, keptRecords(collection, most)))
    all.push(await paused(ctx, measuring(collection.mapping, samples)))
  }
  return all
}

function fitting(samples: readonly Sample[]): readonly Sample[] {
  let left = room
  return samples.filter(({ parts }) => {
    left -= JSON.stringify(parts).length
    return left >= 0
  })
}

async function paused<T>({ pause }: Context, work: Work<T>): Promise<T> {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
    await pause()
  }
}
