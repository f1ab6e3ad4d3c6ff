/** Definitions by the canonical URLs that name them, and what names them so. https://hl7.org/fhir/R4/references.html#canonical */
import { writtenTargetsOf } from '../../fhir/search/include.ts'
import { chainedTo, isByUrl } from '../../fhir/search/modifiers.ts'
import { searchParameter } from '../../fhir/search/parameters.ts'
import type { Include } from '../../fhir/search/query.ts'
import type { Steps, Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../next-version.ts'
import { canonical } from './concepts.ts'

/** Whether a parameter leads to others by their URLs, and not by their ids. */
export function leadsByUrl({ source, param }: Include): boolean {
  const row = searchParameter(source, param)
  return row !== undefined && isByUrl(row)
}

/** At most so many URLs are looked for with a page. */
const most = 200

/**
 * What these name by such a parameter, as it is here: of several versions the one that is named, else the one that was stored last.
 * Whether `take` took all of them, and nothing was left.
 */
export function* definitionsNamed(
  ctx: Context,
  { source, param, target }: Include,
  from: readonly Stored[],
  take: (found: readonly Stored[]) => boolean,
): Steps<boolean> {
  const urls = new Set(
    from.filter(({ type }) => type === source).flatMap((one) => writtenTargetsOf(storedValue<object>(one)!, param)),
  )
  const types = chainedTo(searchParameter(source, param)!).filter((type) => (target ?? type) === type)
  for (const named of [...urls].slice(0, most)) {
    const [url = '', version] = named.split('|')
    for (const type of types) {
      const definition = yield* canonical(type, url, version, ctx.principal.visible)
      if (definition && !take([definition])) return false
    }
    yield { rest: true }
  }
  return urls.size <= most
}

interface Canonical {
  readonly url?: string
  readonly version?: string
}

/** The URLs by which others may name these. */
export const urlsOf = (some: readonly Stored[]): readonly string[] =>
  some.flatMap((one) => {
    const { url, version } = storedValue<Canonical>(one)!
    return url === undefined ? [] : [url, ...(version === undefined ? [] : [`${url}|${version}`])]
  })

/** Whether it names one of these, and no other version of it: the index knows every version by the URL alone, too. */
export const namesOne = (urls: readonly string[], param: string) => (one: Stored) =>
  writtenTargetsOf(storedValue<object>(one)!, param).some((target) => urls.includes(target))
