/** A search's answer as a Bundle, stored texts untouched. https://hl7.org/fhir/R4/bundle.html#searchset */
import { type Issue, ok, type Result } from '../../domain/problem.ts'
import { type BundleLink, type SearchsetEntry, searchset } from '../../fhir/bundle.ts'
import { informationOutcome } from '../../fhir/outcome.ts'
import type { Compartment } from '../../fhir/search/compartment.ts'
import { seen } from '../../fhir/view.ts'
import type { Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { goingOn, pageToken } from './page-link.ts'
import { mostIncluded, type SearchAnswer, type SearchAsk, searchResources } from './search.ts'

/** Where a search is asked: `Observation`, or within a compartment `Patient/123/Observation`. */
const pathOf = (type: string, within: Compartment | undefined): string => (within ? `${within.type}/${within.id}/${type}` : type)

export async function searchsetOf(ctx: Context, answer: SearchAnswer): Promise<string> {
  const base = `${ctx.settings.baseUrl}/fhir`
  const { query, within, next } = answer
  const path = pathOf(query.type, within)
  const self = `${base}/${path}`
  const entry =
    (mode: SearchsetEntry['mode']) =>
    (stored: Stored): SearchsetEntry => ({
      fullUrl: `${base}/${stored.type}/${stored.id}`,
      mode,
      resource: seen(stored.text!, query),
    })
  const given = new URLSearchParams(query.given.map(([name, value]) => [name, value]))
  const links: BundleLink[] = [{ relation: 'self', url: given.size > 0 ? `${self}?${given}` : self }]
  if (next !== undefined) {
    const page = await pageToken(ctx, { path, pairs: query.given, after: next })
    links.push({ relation: 'next', url: `${self}?_page=${page}` })
  }
  const only = query.summary === 'count' || query.count === 0
  const entries = only
    ? []
    : [
        ...outcome([...(query.ignored ?? []), ...(answer.isCut ? [cut] : [])]),
        ...answer.matches.map(entry('match')),
        ...answer.included.map(entry('include')),
      ]
  return searchset(entries, links, answer.total)
}

const cut: Issue = {
  path: '_include',
  message: `stopped at ${mostIncluded} resources; a smaller _count leaves room for the rest`,
}

/** What was left out of a lenient search, and of what is included, told beside the matches. https://hl7.org/fhir/R4/search.html#errors */
const outcome = (issues: readonly Issue[]): SearchsetEntry[] =>
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
