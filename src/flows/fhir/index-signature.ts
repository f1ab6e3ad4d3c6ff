/** What an index was made by: one short text for each parameter, another as soon as the parameter finds something else. */
import { fingerprint } from '../../access/secret.ts'
import { searchParametersOf } from '../../fhir/search/parameters.ts'
import { resourceTypes } from '../../fhir/types.ts'

/** To be raised when `fhir/search/emit.ts`, `index-row.ts`, `extract.ts` or `contained.ts` give other values than before. */
const extractor = 10

interface Signatures {
  /** By `Type.code`, for all parameters that there are; under the empty name that of the extraction itself. */
  readonly byName: Readonly<Record<string, string>>
  /** The same as text, and in short. */
  readonly whole: string
  readonly short: string
}

let made: Signatures | undefined

/** Made when it is first asked for: it looks at some three thousand parameters. */
export function signatures(): Signatures {
  made ??= make()
  return made
}

function make(): Signatures {
  const byName: Record<string, string> = { '': String(extractor) }
  for (const type of resourceTypes)
    for (const [code, row] of Object.entries(searchParametersOf(type))) byName[`${type}.${code}`] = short(JSON.stringify(row))
  const whole = JSON.stringify(byName)
  return { byName, whole, short: short(whole) }
}

const short = (text: string): string => fingerprint(text).slice(0, 12)
