/** A search's answer as a Bundle, stored texts untouched. https://hl7.org/fhir/R4/bundle.html#searchset */
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import { type BundleLink, type SearchsetEntry, searchset } from '../../fhir/bundle.ts'
import { informationOutcome } from '../../fhir/outcome.ts'
import type { Compartment } from '../../fhir/search/compartment.ts'
import { seen } from '../../fhir/view.ts'
import type { Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { heldBy, pageToken } from './page-link.ts'
import { type SearchAnswer, type SearchAsk, searchResources } from './search.ts'

/** Where a search is asked: `Observation`, or within a compartment `Patient/123/Observation`. */
const pathOf = (type: string, within: Compartment | undefined): string => (within ? `${within.type}/${within.id}/${type}` : type)

export async function searchsetOf(ctx: Context, answer: SearchAnswer): Promise<string> {
  const base = `${ctx.settings.baseUrl}/fhir`
  const { query, within, next } = answer
  const path = `${base}/${pathOf(query.type, within)}`
  const entry =
    (mode: SearchsetEntry['mode']) =>
    (stored: Stored): SearchsetEntry => ({
      fullUrl: `${base}/${stored.type}/${stored.id}`,
      mode,
      resource: seen(stored.text!, query),
    })
  const given = new URLSearchParams(query.given.map(([name, value]) => [name, value]))
  const links: BundleLink[] = [{ relation: 'self', url: given.size > 0 ? `${path}?${given}` : path }]
  if (next !== undefined) {
    const page = await pageToken(ctx, { type: query.type, ...(within && { within }), pairs: query.given, after: next })
    links.push({ relation: 'next', url: `${path}?_page=${page}` })
  }
  const only = query.summary === 'count' || query.count === 0
  const entries = only
    ? []
    : [...ignored(query.ignored), ...answer.matches.map(entry('match')), ...answer.included.map(entry('include'))]
  return searchset(entries, links, answer.total)
}

/** What was left out of a lenient search, told beside its matches. https://hl7.org/fhir/R4/search.html#errors */
const ignored = (issues: readonly Issue[] = []): SearchsetEntry[] =>
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
  const held = asked.page === undefined ? ok(undefined) : await heldBy(ctx, asked.page)
  if (!held.ok) return held
  const elsewhere = held.value && pathOf(held.value.type, held.value.within) !== pathOf(asked.type, asked.within)
  // Some clients add a page size of their own to every link; the page has the size that was asked for first.
  if (elsewhere || (held.value && asked.pairs.some(([name]) => name !== '_count')))
    return fail('invalid', 'A link to a next page is to be followed as it is.')
  const answer = await searchResources(ctx, held.value ?? asked)
  return answer.ok ? ok(await searchsetOf(ctx, answer.value)) : answer
}
