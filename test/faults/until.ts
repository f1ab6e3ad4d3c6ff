/** Waiting for what other processes do. */
import { setTimeout as wait } from 'node:timers/promises'

/** Asks again until it holds; throws, with the name of what is awaited, where it never does. `tries`: 50 ms apart. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, tries = 500): Promise<void> {
  for (; !(await holds()); await wait(50)) if (tries-- === 0) throw new Error(`it does not come: ${what}`)
}
