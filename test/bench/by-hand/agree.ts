/** Do a mapping and the function by hand agree? Only then it means something which is faster. */
import { isDeepStrictEqual } from 'node:util'
import { equal } from '../../../src/lens/equal.ts'
import type { Reading } from '../../../src/lens/mapping.ts'
import type { Task } from './tasks.ts'

export function valueIn<D>(reading: Reading<D>): D {
  if (!reading.ok) throw new Error(JSON.stringify(reading.issues))
  return reading.value
}

function agree(what: string, ours: unknown, theirs: unknown): void {
  if (!equal(ours, theirs)) throw new Error(`${what}: not the same\n${JSON.stringify(ours)}\n${JSON.stringify(theirs)}`)
}

/** Both come to the same, warnings included: over so many of each kind, and all odd ones. */
export function check<D, P>({ name, mapping, read, write, change, ...task }: Task<D, P>, count: number): void {
  const sent = [...task.alike.slice(0, count), ...task.various.slice(0, count)]
  for (const one of [...sent, ...task.odd]) {
    const [ours, theirs] = [mapping.read(one), read(one)]
    agree(`${name}: can be read`, ours.ok, theirs.ok)
    if (!ours.ok) continue
    agree(`${name}: read`, valueIn(ours), valueIn(theirs))
    const places = (reading: Reading<D>) =>
      reading.ok ? [...new Set(reading.warnings.map(({ path, message }) => `${path}: ${message}`))].sort() : []
    if (!isDeepStrictEqual(places(ours), places(theirs))) throw new Error(`${name}: ${places(ours)} but ${places(theirs)}`)
  }
  for (const one of sent) {
    const value = change(valueIn(read(one)), 7)
    agree(`${name}: written onto`, mapping.write(value, one), write(value, one))
    agree(`${name}: written afresh`, mapping.write(value), write(value))
    if (write(valueIn(read(one)), one) !== one) throw new Error(`${name}: by hand, what was read is not written back`)
  }
}
