/** A search's answer as a Bundle, stored texts untouched. https://hl7.org/fhir/R4/bundle.html#searchset */
import { type Issue, ok, type Result } from '../../domain/problem.ts'
import { type SearchsetEntry, searchset } from '../../fhir/bundle.ts'
import { informationOutcome } from '../../fhir/outcome.ts'
import type { Compartment } from '../../fhir/search/compartment.ts'
import type { Query } from '../../fhir/search/query.ts'
import { seeing, type View } from '../../fhir/view.ts'
import { lookThrough, restAfter, type Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { hasValue } from './asked.ts'
import { mostIncluded, mostSteps } from './included.ts'
import { goingOn, linksOf } from './page-link.ts'
import { pastVersions } from './past-versions.ts'
import { readableNow } from './redaction.ts'
import { type SearchAnswer, type SearchAsk, searchResources } from './search.ts'

/** Where a search is asked: `Observation`, or within a compartment `Patient/123/Observation`. */
const pathOf = (type: string, within: Compartment | undefined): string => (within ? `${within.type}/${within.id}/${type}` : type)

export const searchsetOf = (ctx: Context, answer: SearchAnswer): Promise<string> =>
  answersOf(ctx, pathOf(answer.query.type, answer.within), answer.query.given, { ...answer, found: [answer] })

/** What a page holds: of several types where several were asked. */
export interface Answers {
  readonly found: readonly SearchAnswer[]
  readonly next?: string
  readonly total?: number
}

export async function answersOf(
  ctx: Context,
  path: string,
  pairs: SearchAsk['pairs'],
  { found, next, total }: Answers,
): Promise<string> {
  const wanted = found.filter(({ query }) => query.summary !== 'count' && query.count > 0)
  const shown = await Promise.all(
    wanted.map(async (one) => ({
      ...one,
      matches: await readableNow(ctx, one.matches),
      included: await readableNow(ctx, one.included),
    })),
  )
  // Each once, of however many types it holds.
  const issues = Map.groupBy(
    shown.flatMap(({ query, matches, isCut }) => [
      ...(query.ignored ?? []),
      ...pastVersions(query, matches),
      ...(isCut ? [cut] : []),
    ]),
    ({ path, message }) => `${path} ${message}`,
  )
  // What several types refer to comes once, and not at all where it is a match. What one search finds comes once as it is.
  const mayRepeat = shown.length > 1 || shown.some(({ included }) => included.length > 0)
  const seenAlready = new Set<string>()
  const entries = (mode: 'match' | 'include') =>
    lookThrough(ctx.store, entriesOf(ctx, shown, mode, mayRepeat ? seenAlready : undefined), ctx.pause)
  const matches = await entries('match')
  const included = await entries('include')
  return searchset(
    [...outcome([...issues.values()].map(([first]) => first!)), ...matches, ...included],
    await linksOf(ctx, path, pairs.filter(hasValue), next),
    total,
  )
}

/** `seenAlready`: what is there, and what comes. */
function* entriesOf(
  ctx: Context,
  answers: readonly SearchAnswer[],
  mode: 'match' | 'include',
  seenAlready: Set<string> | undefined,
): Steps<readonly SearchsetEntry[]> {
  const made: SearchsetEntry[] = []
  for (const { query, matches, included } of answers) {
    const view = mode === 'match' ? query : besides(query)
    for (const { type, id, version, text } of mode === 'match' ? matches : included) {
      const fullUrl = `${ctx.settings.baseUrl}/fhir/${type}/${id}`
      const key = `${fullUrl}/${version}`
      if (seenAlready?.has(key)) continue
      seenAlready?.add(key)
      made.push({ fullUrl, mode, resource: yield* seeing(text!, view) })
      yield* restAfter(text!)
    }
  }
  return made
}

/** "The list of elements does not apply to included resources." https://hl7.org/fhir/R4/search.html#elements */
const besides = ({ elements: _, ...view }: Query): View => view

/** Told where not all that belongs to the matches is beside them. */
export const cut: Issue = {
  path: '_include',
  message: `stopped at ${mostIncluded} resources, ${mostSteps} steps from the matches, or where the page was full; a smaller _count leaves room for the rest`,
}

/** What was left out of a lenient search, and of what is included, told beside the matches. https://hl7.org/fhir/R4/search.html#errors */
export const outcome = (issues: readonly Issue[]): SearchsetEntry[] =>
  issues.length === 0
    ? []
    : [
        {
          mode: 'outcome',
          resource: JSON.stringify(informationOutcome(issues.map((each) => ({ ...each, severity: 'warning' })))),
        },
      ]

/** A page of a search as the text of a Bundle. */
export async function searchPage(ctx: Context, asked: SearchAsk): Promise<Result<string>> {
  const goes = await goingOn(ctx, pathOf(asked.type, asked.within), asked.pairs)
  if (!goes.ok) return goes
  const answer = await searchResources(ctx, { ...asked, ...goes.value })
  return answer.ok ? ok(await searchsetOf(ctx, answer.value)) : answer
}
