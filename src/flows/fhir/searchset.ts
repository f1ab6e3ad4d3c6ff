/** A search's answer as a Bundle, stored texts untouched. https://hl7.org/fhir/R4/bundle.html#searchset */
import { type Issue, ok, type Result } from '../../domain/problem.ts'
import { type BundleLink, type SearchsetEntry, searchset } from '../../fhir/bundle.ts'
import { informationOutcome } from '../../fhir/outcome.ts'
import type { Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { type SearchAnswer, type SearchAsk, searchResources } from './search.ts'

export function searchsetOf(ctx: Context, type: string, answer: SearchAnswer): string {
  const base = `${ctx.settings.baseUrl}/fhir`
  const entry =
    (mode: SearchsetEntry['mode']) =>
    (stored: Stored): SearchsetEntry => ({
      fullUrl: `${base}/${stored.type}/${stored.id}`,
      mode,
      resource: stored.text!,
    })
  const given = new URLSearchParams(answer.query.given.map(([name, value]) => [name, value]))
  const address = (parameters: URLSearchParams): string =>
    parameters.size > 0 ? `${base}/${type}?${parameters}` : `${base}/${type}`
  const links: BundleLink[] = [{ relation: 'self', url: address(given) }]
  if (answer.next !== undefined) {
    const next = new URLSearchParams(given)
    next.set('_after', answer.next)
    links.push({ relation: 'next', url: address(next) })
  }
  const only = answer.query.summary === 'count' || answer.query.count === 0
  const entries = only
    ? []
    : [...ignored(answer.query.ignored), ...answer.matches.map(entry('match')), ...answer.included.map(entry('include'))]
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
  const answer = await searchResources(ctx, asked)
  return answer.ok ? ok(searchsetOf(ctx, asked.type, answer.value)) : answer
}
