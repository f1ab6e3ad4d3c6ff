/**
 * What a partner has deleted, from the history of a type, where its CapabilityStatement announces one.
 * https://hl7.org/fhir/R4/http.html#history, https://hl7.org/fhir/R4/valueset-type-restful-interaction.html (`history-type`)
 */
import type { Exact } from '../fhir/exact.ts'
import { parseReference } from '../fhir/reference.ts'
import { type Deleted, delivered, type Outcome } from './connector.ts'

/** A partner learns something new now and then. */
const announcedMs = 24 * 3600_000

interface Announcing {
  readonly rest?: readonly {
    readonly mode?: unknown
    readonly resource?: readonly { readonly type?: unknown; readonly interaction?: readonly { readonly code?: unknown }[] }[]
  }[]
}

interface HistoryEntry {
  readonly fullUrl?: unknown
  readonly resource?: { readonly meta?: { readonly lastUpdated?: unknown } }
  readonly request?: { readonly method?: unknown; readonly url?: unknown }
  readonly response?: { readonly lastModified?: unknown }
}

/** Which types have a history there; asked for once a day. `ask` answers what stands at an address below the partner's. */
export function announcedHistories(
  ask: (path: string) => Promise<Outcome<Exact>>,
  clock: () => number,
): () => Promise<Outcome<ReadonlySet<string>>> {
  let known: { readonly types: ReadonlySet<string>; readonly until: number } | undefined
  return async () => {
    if (known && clock() < known.until) return delivered(known.types)
    const answer = await ask('metadata')
    if (answer.outcome !== 'delivered') return answer
    const types = new Set(historiesIn(answer.value.value as Announcing))
    known = { types, until: clock() + announcedMs }
    return delivered(types)
  }
}

const historiesIn = ({ rest }: Announcing): readonly string[] =>
  listOf(rest)
    .filter(({ mode }) => mode === 'server')
    .flatMap(({ resource }) => listOf(resource))
    .filter(({ interaction }) => listOf(interaction).some(({ code }) => code === 'history-type'))
    .map(({ type }) => String(type))

/** Of a page of a type's history. */
export function deletedIn(type: string, bundle: object): Omit<Deleted, 'next'> {
  const entries = listOf((bundle as { entry?: readonly HistoryEntry[] }).entry)
  return {
    ids: entries.flatMap(({ request, fullUrl }) =>
      request?.method === 'DELETE' ? (idIn(type, request.url) ?? idIn(type, fullUrl) ?? []) : [],
    ),
    times: entries.flatMap(({ resource, response }) => {
      const at = Date.parse(String(response?.lastModified ?? resource?.meta?.lastUpdated ?? ''))
      return Number.isNaN(at) ? [] : [at]
    }),
  }
}

/** `Patient/123`, `https://ehr.example/fhir/Patient/123/_history/2` → `123`. */
function idIn(type: string, url: unknown): string | undefined {
  const parsed = parseReference(String(url ?? ''))
  return (parsed.kind === 'relative' || parsed.kind === 'absolute') && parsed.type === type ? parsed.id : undefined
}

/** What others send is not always what it should be. */
const listOf = <T>(value: readonly T[] | undefined): readonly T[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : []
