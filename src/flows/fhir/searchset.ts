/** A search's answer as a Bundle, stored texts untouched. https://hl7.org/fhir/R4/bundle.html#searchset */
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import { type BundleLink, type SearchsetEntry, searchset } from '../../fhir/bundle.ts'
import { informationOutcome } from '../../fhir/outcome.ts'
import { seen } from '../../fhir/view.ts'
import type { Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { heldBy, pageToken } from './page-link.ts'
import { type SearchAnswer, type SearchAsk, searchResources } from './search.ts'

/** `page`: what stands for the next page in its link. */
export function searchsetOf(ctx: Context, type: string, answer: SearchAnswer, page?: string): string {
  const base = `${ctx.settings.baseUrl}/fhir`
  const entry =
    (mode: SearchsetEntry['mode']) =>
    (stored: Stored): SearchsetEntry => ({
      fullUrl: `${base}/${stored.type}/${stored.id}`,
      mode,
      resource: seen(stored.text!, answer.query),
    })
  const given = new URLSearchParams(answer.query.given.map(([name, value]) => [name, value]))
  const address = (parameters: URLSearchParams): string =>
    parameters.size > 0 ? `${base}/${type}?${parameters}` : `${base}/${type}`
  const links: BundleLink[] = [{ relation: 'self', url: address(given) }]
  if (page !== undefined) links.push({ relation: 'next', url: `${base}/${type}?_page=${page}` })
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
  const held = asked.page === undefined ? ok(undefined) : await heldBy(ctx, asked.page)
  if (!held.ok) return held
  if (held.value && (held.value.type !== asked.type || asked.pairs.length > 0))
    return fail('invalid', 'A link to a next page is to be followed as it is.')
  const { type, lenient } = asked
  const answer = await searchResources(ctx, held.value ?? { type, pairs: asked.pairs, ...(lenient && { lenient }) })
  return answer.ok ? ok(searchsetOf(ctx, type, answer.value, await nextOf(ctx, type, answer.value))) : answer
}

const nextOf = async (ctx: Context, type: string, { query, next }: SearchAnswer): Promise<string | undefined> =>
  next === undefined ? undefined : pageToken(ctx, { type, pairs: query.given, after: next })
