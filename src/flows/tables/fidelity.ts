/** How faithful the mappings are to the records that are kept here, told by elements and counts: nothing of what the records say. */
import { type Fidelity, fidelityOf } from '../../lens/fidelity.ts'
import { lookThrough } from '../../store/store.ts'
import { collections } from '../collections/index.ts'
import type { Context } from '../context.ts'
import { keptRecords } from './kept-records.ts'

/** Of each collection, or the one with this mapping, by its newest `most` records. */
export async function fidelity(ctx: Context, most: number, mapping?: string): Promise<readonly Fidelity[]> {
  const all: Fidelity[] = []
  for (const collection of collections) {
    if (mapping !== undefined && collection.mapping.name !== mapping) continue
    all.push(fidelityOf(collection.mapping, await lookThrough(ctx.store, keptRecords(collection, most))))
  }
  return all
}
