/** A page of history as the text of a Bundle. https://hl7.org/fhir/R4/http.html#history */
import { ok, type Result } from '../../domain/problem.ts'
import { type BundleLink, type HistoryEntry, historyBundle } from '../../fhir/bundle.ts'
import type { Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { type HistoryAsk, readHistory } from './read.ts'

export async function historyPage(ctx: Context, asked: HistoryAsk): Promise<Result<string>> {
  const page = await readHistory(ctx, asked)
  if (!page.ok) return page
  const base = `${ctx.settings.baseUrl}/fhir`
  const self = [base, asked.type, asked.id, '_history'].filter((part) => part !== undefined).join('/')
  const parameters = new URLSearchParams([
    ['_count', String(asked.count)],
    ...(asked.since === undefined ? [] : [['_since', asked.since]]),
  ])
  const links: BundleLink[] = [{ relation: 'self', url: `${self}?${parameters}` }]
  if (page.value.next !== undefined)
    links.push({ relation: 'next', url: `${self}?${parameters}&_after=${encodeURIComponent(page.value.next)}` })
  const entry = (stored: Stored): HistoryEntry => ({
    fullUrl: `${base}/${stored.type}/${stored.id}`,
    type: stored.type,
    id: stored.id,
    version: stored.version,
    at: stored.at,
    ...(stored.text !== undefined && { resource: stored.text }),
  })
  return ok(historyBundle(page.value.items.map(entry), links))
}
