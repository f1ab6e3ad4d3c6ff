/**
 * A plain FHIR R4 server as partner. Resources travel as text, so that nothing is lost on the way; fhir-kit-client serves metadata and
 * search, its requests carried by our own sender (safe fetch, credentials for this partner alone).
 */
import { Client } from 'fhir-kit-client'
import { fail, ok } from '../domain/problem.ts'
import { type Exact, type JsonObject, readJson } from '../fhir/exact.ts'
import { parseEtag } from '../fhir/version.ts'
import { isWithin } from '../net/target.ts'
import { type AuthTools, credentialsOf } from './auth/credentials.ts'
import {
  type Connection,
  type Connector,
  delivered,
  type Identifier,
  type Listed,
  type Outcome,
  type Remote,
  refused,
} from './connector.ts'
import { announcedHistories, deletedIn } from './history.ts'
import type { Operation } from './list-patch.ts'
import { type Answered, type Call, type Send, sender } from './request.ts'

/** What differs from partner to partner within the protocol. */
interface Manners {
  /** Search parameters beside our identifier, by type. */
  readonly findBy?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Headers of every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** Statuses that answer an update which changed nothing. */
  readonly unchanged?: readonly number[]
}

/** For flavours to build on. */
export interface PlainConnector extends Connector {
  /** `by`: what a conditional create looks at; our identifier, or the tag that is the same. */
  create(type: string, text: string, identifier: Identifier, by?: 'identifier' | '_tag'): Promise<Outcome<Remote>>
  /** JSON Patch of the version that is known. https://hl7.org/fhir/R4/http.html#patch */
  patch(type: string, id: string, operations: readonly Operation[], version?: string): Promise<Outcome<Remote>>
  /** All that a search finds, its pages followed by the links they give. */
  search(type: string, parameters: Readonly<Record<string, string>>): Promise<Outcome<readonly Remote[]>>
}

const mostPages = 100

/** The connector of a partner that keeps to the standard; flavours wrap it. */
export function fhirR4(connection: Connection, tools: AuthTools, manners: Manners = {}): PlainConnector {
  const base = (connection.baseUrl ?? '').replace(/(?<!\/)\/+$/, '')
  const send = sender(base, tools.fetch, credentialsOf(connection, tools), manners.headers)
  const kit = kitClient(base, send)
  const histories = announcedHistories((path) => kit.bundle(() => kit.client.request(path)), tools.clock)
  const at = (type: string, id: string): string => `${base}/${type}/${encodeURIComponent(id)}`

  return {
    async read(type, id) {
      const answer = await send({ method: 'GET', url: at(type, id), also: [404, 410] })
      if (answer.outcome !== 'delivered') return answer
      return answer.value.status === 200 ? remoteOf(answer.value, type) : delivered(undefined)
    },
    async find(type, { system, value }) {
      const found = await search(type, { identifier: `${system}|${value}`, ...manners.findBy?.[type] })
      if (found.outcome !== 'delivered') return found
      if (found.value.length > 1) return refused(412, `The partner holds ${found.value.length} resources with our identifier.`)
      return delivered(found.value[0])
    },
    search,
    async create(type, text, { system, value }, by = 'identifier') {
      const ifNoneExist = `${by}=${encodeURIComponent(system)}|${encodeURIComponent(value)}`
      const answer = await send({
        method: 'POST',
        url: `${base}/${type}`,
        body: text,
        headers: { 'if-none-exist': ifNoneExist, prefer: 'return=representation' },
      })
      return answer.outcome === 'delivered' ? standing(answer.value, type) : answer
    },
    repeats: () => true,
    changes: () => true,
    async update(type, id, text, version) {
      const headers = { prefer: 'return=representation', ...(version !== undefined && { 'if-match': `W/"${version}"` }) }
      const answer = await send({ method: 'PUT', url: at(type, id), body: text, headers, also: manners.unchanged ?? [] })
      return answer.outcome === 'delivered' ? standing(answer.value, type, id) : answer
    },
    async patch(type, id, operations, version) {
      const headers = {
        'content-type': 'application/json-patch+json',
        prefer: 'return=representation',
        ...(version !== undefined && { 'if-match': `W/"${version}"` }),
      }
      const answer = await send({ method: 'PATCH', url: at(type, id), body: JSON.stringify(operations), headers })
      return answer.outcome === 'delivered' ? standing(answer.value, type, id) : answer
    },
    changedSince: (type, since, next) =>
      page(type, { ...(since !== undefined && { _lastUpdated: `ge${since}` }), _sort: '_lastUpdated', _count: '100' }, next),
    async deletedSince(type, since, next) {
      const announced = await histories()
      if (announced.outcome !== 'delivered') return announced
      if (!announced.value.has(type)) return delivered(undefined)
      const first = `${base}/${type}/_history?${new URLSearchParams({ ...(since !== undefined && { _since: since }), _count: '100' })}`
      const found = await bundleAt(next ?? first)
      if (found.outcome !== 'delivered') return found
      const url = nextIn(found.value.value, base)
      return delivered({ ...deletedIn(type, found.value.value), ...(url !== undefined && { next: url }) })
    },
    async test() {
      const answer = await kit.bundle(() => kit.client.capabilityStatement())
      if (answer.outcome !== 'delivered') {
        const why = answer.outcome === 'refused' ? `status ${answer.status}` : answer.reason
        return fail('partner-failed', `The partner's CapabilityStatement could not be had: ${why}.`)
      }
      const { software, fhirVersion } = answer.value.value as { software?: { name?: string }; fhirVersion?: string }
      return ok({
        ...(software?.name !== undefined && { software: software.name }),
        ...(fhirVersion !== undefined && { fhirVersion }),
      })
    },
  }

  /** One page; `next` is the address that the page before gave. */
  async function page(type: string, searchParams: Readonly<Record<string, string>>, next?: string): Promise<Outcome<Listed>> {
    const found = await (next === undefined
      ? kit.bundle(() => kit.client.resourceSearch({ resourceType: type, searchParams }))
      : bundleAt(next))
    if (found.outcome !== 'delivered') return found
    if (found.value.value.resourceType !== 'Bundle') return noBundle
    const items = found.value.entries.flatMap((entry) => (entry && entry.value.resourceType === type ? [inBundle(entry)] : []))
    const url = nextIn(found.value.value, base)
    return delivered({ items, ...(url !== undefined && { next: url }) })
  }

  /** At an address that the partner gave. */
  async function bundleAt(url: string): Promise<Outcome<Exact>> {
    if (!isBelow(url, base)) return elsewhere
    const found = await kit.bundle(() => kit.client.request(url))
    return found.outcome === 'delivered' && found.value.value.resourceType !== 'Bundle' ? noBundle : found
  }

  async function search(type: string, searchParams: Readonly<Record<string, string>>): Promise<Outcome<readonly Remote[]>> {
    const items: Remote[] = []
    for (let next: string | undefined, pages = 0; pages < mostPages; pages++) {
      const found = await page(type, searchParams, next)
      if (found.outcome !== 'delivered') return found
      items.push(...found.value.items)
      next = found.value.next
      if (next === undefined) return delivered(items)
    }
    return refused(413, `The partner has more than ${mostPages} pages of these.`)
  }

  /** What stands at the partner after a write; partners that answer without a body are read. */
  async function standing(answer: Answered, type: string, id?: string): Promise<Outcome<Remote>> {
    if (answer.bytes.length > 0) {
      const remote = remoteOf(answer, type)
      if (remote.outcome === 'delivered') return remote
    }
    const target = id ?? idIn(answer.headers.get('location') ?? '', type)
    if (target === undefined) return refused(answer.status, 'The partner accepted the resource without telling its id.')
    const read = await send({ method: 'GET', url: at(type, target) })
    return read.outcome === 'delivered' ? remoteOf(read.value, type) : read
  }
}

function nextIn({ link }: JsonObject, base: string): string | undefined {
  const links = [link ?? []].flat() as readonly ({ relation?: unknown; url?: unknown } | null)[]
  const given = links.find((one) => one?.relation === 'next')?.url
  return typeof given === 'string' ? (URL.parse(given, `${base}/`)?.href ?? given) : undefined
}

/** A page of the partner's own: nothing else is asked for, with our credentials or without. */
function isBelow(url: string, base: string): boolean {
  const [parsed, within] = [URL.parse(url), URL.parse(base)]
  return parsed !== null && within !== null && isWithin(parsed, within)
}
const elsewhere = refused(0, 'The next page lies outside of the address of this connection: it is not asked for.')
const noBundle = refused(0, 'The partner answered a search with something that is no Bundle.')

/** `…/Patient/123/_history/2` → `123`. */
function idIn(location: string, type: string): string | undefined {
  const parts = location.split('/')
  const place = parts.lastIndexOf(type)
  return place < 0 ? undefined : parts[place + 1]
}

function remoteOf(answer: Answered, type: string): Outcome<Remote> {
  const exact = readJson(answer.bytes, { bytes: answer.bytes.length })
  if (!exact.ok || exact.value.value.resourceType !== type || typeof exact.value.value.id !== 'string')
    return refused(answer.status, `The partner answered with something that is no ${type}.`)
  const version = parseEtag(answer.headers.get('etag') ?? '') ?? versionIn(exact.value)
  return delivered({ type, id: exact.value.value.id, text: exact.value.text, ...(version !== undefined && { version }) })
}

function inBundle(entry: Exact): Remote {
  const version = versionIn(entry)
  return {
    type: String(entry.value.resourceType),
    id: String(entry.value.id),
    text: entry.text,
    ...(version !== undefined && { version }),
  }
}

const versionIn = (exact: Exact): string | undefined => {
  const version = (exact.value.meta as { versionId?: unknown } | undefined)?.versionId
  return typeof version === 'string' ? version : undefined
}

/** An answer that is no delivery: thrown through fhir-kit-client, caught on its other side. */
class NotDelivered extends Error {
  readonly answer: Exclude<Outcome<never>, { outcome: 'delivered' }>
  constructor(answer: Exclude<Outcome<never>, { outcome: 'delivered' }>) {
    super(answer.outcome)
    this.answer = answer
  }
}

/** fhir-kit-client with its requests carried by `send`; answers are exact JSON. */
function kitClient(
  base: string,
  send: Send,
): { client: Client; bundle: (ask: () => Promise<unknown>) => Promise<Outcome<Exact>> } {
  const client = new Client({ baseUrl: base })
  const exacts = new WeakMap<object, Exact>()
  const request = async (method: string, target: string, _options?: unknown, body?: unknown): Promise<object> => {
    const url = target.startsWith('http') ? target : `${base}/${target.replace(/^\/+/, '')}`
    const answer = await send({
      method: method as Call['method'],
      url,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (answer.outcome !== 'delivered') throw new NotDelivered(answer)
    const exact = readJson(answer.value.bytes, { bytes: answer.value.bytes.length, values: Number.POSITIVE_INFINITY })
    if (!exact.ok) throw new NotDelivered(refused(answer.value.status, 'The partner answered with something that is no JSON.'))
    exacts.set(exact.value.value, exact.value)
    return exact.value.value
  }
  Object.assign(client.httpClient, { request })
  return {
    client,
    async bundle(ask) {
      try {
        return delivered(exacts.get((await ask()) as object)!)
      } catch (caught) {
        if (caught instanceof NotDelivered) return caught.answer
        throw caught
      }
    },
  }
}
