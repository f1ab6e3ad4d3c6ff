/**
 * Properties try the same values at every run, so that a failing build is the doing of the change that failed. SEED=random looks for
 * others; SEED=<number> repeats what it found.
 */
import fc from 'fast-check'

const { SEED = '20260302' } = process.env
if (SEED !== 'random') fc.configureGlobal({ seed: Number(SEED) })
