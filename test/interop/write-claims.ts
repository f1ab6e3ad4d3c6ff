/** Writes interchanges of claims into a folder, for a validator that is no package of ours: as various as the tests have them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { claimsOf } from '../../src/x12/claims.ts'
import { asFile, inFeed, lineItem, numbered } from '../support/claims.ts'
import { claimsIn, items } from '../support/some-claims.ts'

const [folder = '.', count = '50'] = process.argv.slice(2)
const some = fc.sample(items, { numRuns: Number(count), seed: 20260302 }).map((all) => numbered(claimsIn(all)))
const one = numbered(claimsOf(inFeed([lineItem()])))
for (const [i, claims] of [one, ...some].entries()) {
  const whole = claims.filter(({ lacks }) => lacks.length === 0)
  if (whole.length > 0) writeFileSync(join(folder, `${i}.x12`), asFile(whole))
}
