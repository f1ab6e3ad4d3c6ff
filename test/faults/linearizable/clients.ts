/** Clients that do what they like to a few resources, all at once, and write down what they asked for and were told. */
import type { Dice } from '../../support/search/dice.ts'
import type { Operation } from './checker.ts'
import type { Answer, Part } from './registers.ts'

const fhir = 'application/fhir+json'
const system = 'urn:lin'

/** Resources of one history: some by id, some that are known by an identifier alone. */
interface Names {
  readonly byId: readonly string[]
  readonly byIdentifier: readonly string[]
}

/** Operations of each client, one after the other, as they were asked and answered. */
export async function play(url: string, dice: Dice, names: Names, clients: number, operations: number): Promise<Operation[]> {
  const history: Operation[] = []
  let now = 0
  const client = async (name: number) => {
    const seen = new Map<string, number>()
    for (let i = 0; i < operations; i++) {
      const parts = somePart(dice, names, `${name}-${i}`, seen)
      const asked = now++
      const answer = await perform(url, parts)
      if (answer !== 'down') history.push({ asked, answered: now++, parts, ...(answer !== undefined && { answer }) })
      if (answer === undefined || answer === 'down') await isUp(url)
      else if (answer !== 'refused') for (const [n, { to }] of parts.entries()) remember(seen, to, answer[n]!)
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, name) => client(name)))
  return history
}

async function isUp(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((wake) => setTimeout(wake, 10))
  }
}

/** The version that an answer tells of: `200 3`, `3 mark`. */
function remember(seen: Map<string, number>, to: string, said: string): void {
  const version = /^(?:20[014] )?(\d+)(?: |$)/.exec(said)?.[1]
  if (version !== undefined) seen.set(to, Number(version))
}

function somePart(dice: Dice, { byId, byIdentifier }: Names, mark: string, seen: ReadonlyMap<string, number>): readonly Part[] {
  const to = dice.of(...byId)
  const version = seen.get(to)
  const ifMatch = version !== undefined && dice.once(2) ? { ifMatch: version } : {}
  if (dice.once(4)) {
    const known = dice.of(...byIdentifier)
    return [dice.of({ do: 'create', to: known, mark }, { do: 'find', to: known }, { do: 'remove', to: known })]
  }
  // Most histories come apart into single resources; the last two belong together.
  if (dice.once(6)) {
    const together = byId.slice(-2)
    if (dice.once(2)) return together.map((each) => ({ do: 'look', to: each }))
    return together.map((each) => ({ do: 'put', to: each, mark, ...(each === to && ifMatch) }))
  }
  return [
    dice.of<Part>(
      { do: 'put', to, mark, ...ifMatch },
      { do: 'put', to, mark, ...ifMatch },
      { do: 'patch', to, mark, ...ifMatch },
      { do: 'delete', to, ...ifMatch },
      { do: 'read', to },
      { do: 'read', to },
      { do: 'history', to },
    ),
  ]
}

interface Basic {
  readonly code: { readonly text: string }
  readonly meta: { readonly versionId: string }
}
interface Told {
  readonly id: string
  readonly entry?: readonly { readonly resource?: Basic & { id: string }; readonly response?: { status: string; etag: string } }[]
}

/** Nothing: no answer came. `down`: the gateway said that it does nothing yet. */
async function perform(url: string, parts: readonly Part[]): Promise<Answer | 'down' | undefined> {
  const { path, ...request } = requestOf(parts)
  let status: number
  let text: string
  let etag: string
  try {
    const answer = await fetch(`${url}/fhir/${path}`, request)
    ;[status, text, etag] = [answer.status, await answer.text(), answer.headers.get('etag') ?? '']
  } catch {
    return undefined
  }
  if (status === 503) return 'down'
  if (status === 412 || (parts[0]!.do === 'patch' && (status === 404 || status === 410))) return 'refused'
  return said(parts, status, etag, () => JSON.parse(text))
}

function requestOf(parts: readonly Part[]): RequestInit & { readonly path: string } {
  const part = parts[0]!
  if (part.do === 'look') return { path: `Basic?_id=${parts.map(({ to }) => to)}` }
  if (parts.length > 1)
    return { path: '', method: 'POST', headers: { 'content-type': fhir }, body: JSON.stringify(transaction(parts)) }
  const { to } = part
  const ifMatch = 'ifMatch' in part ? { 'if-match': etagOf(part.ifMatch!) } : {}
  switch (part.do) {
    case 'put':
      return { path: `Basic/${to}`, method: 'PUT', headers: { 'content-type': fhir, ...ifMatch }, body: basic(to, part.mark, to) }
    case 'patch': {
      const body = JSON.stringify([{ op: 'replace', path: '/code/text', value: part.mark }])
      return {
        path: `Basic/${to}`,
        method: 'PATCH',
        headers: { 'content-type': 'application/json-patch+json', ...ifMatch },
        body,
      }
    }
    case 'delete':
      return { path: `Basic/${to}`, method: 'DELETE', headers: ifMatch }
    case 'history':
      return { path: `Basic/${to}/_history?_count=1000` }
    case 'create': {
      const headers = { 'content-type': fhir, 'if-none-exist': `identifier=${system}|${to}` }
      return { path: 'Basic', method: 'POST', headers, body: basic(to, part.mark) }
    }
    case 'find':
      return { path: `Basic?identifier=${system}|${to}` }
    case 'remove':
      return { path: `Basic?identifier=${system}|${to}`, method: 'DELETE' }
    default:
      return { path: `Basic/${to}` }
  }
}

const etagOf = (version: number): string => `W/"${version}"`
const versionOf = (etag: string): string => etag.replace(/[^\d]/g, '')
const basic = (to: string, mark: string, id?: string): string =>
  JSON.stringify({ resourceType: 'Basic', ...(id && { id }), identifier: [{ system, value: to }], code: { text: mark } })

const transaction = (parts: readonly Part[]) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: parts.map((part) => {
    if (part.do !== 'put') throw new Error('a transaction puts')
    const ifMatch = part.ifMatch === undefined ? {} : { ifMatch: etagOf(part.ifMatch) }
    return {
      resource: JSON.parse(basic(part.to, part.mark, part.to)),
      request: { method: 'PUT', url: `Basic/${part.to}`, ...ifMatch },
    }
  }),
})

/** The answer in the words of the model; what no model expects is an error of its own. */
function said(parts: readonly Part[], status: number, etag: string, body: () => Told & Basic): Answer {
  const part = parts[0]!
  const told = parts.length > 1 && part.do === 'put' ? 'transaction' : part.do
  const shown = ({ code, meta }: Basic) => `${meta.versionId} ${code.text}`
  switch (`${told} ${status}`) {
    case 'put 200':
    case 'put 201':
    case 'patch 200':
      return [`${status} ${versionOf(etag)}`]
    case 'delete 204':
      return [`204 ${versionOf(etag)}`.trim()]
    case 'remove 204':
      return ['204']
    case 'read 200':
      return [shown(body())]
    case 'read 404':
    case 'history 404':
      return ['never']
    case 'read 410':
      return ['gone']
    case 'history 200':
      return [
        (body().entry ?? [])
          .map(({ resource }) => resource?.code.text ?? '')
          .reverse()
          .join(),
      ]
    case 'create 200':
    case 'create 201':
      return [`${status} ${body().code.text}`]
    case 'find 200':
      return [(body().entry ?? []).map(({ resource }) => resource!.code.text).join()]
    case 'look 200': {
      const entries = body().entry ?? []
      const found = new Map(entries.map(({ resource }) => [resource!.id, shown(resource!)]))
      return parts.map(({ to }) => found.get(to) ?? '')
    }
    case 'transaction 200':
      return (body().entry ?? []).map(({ response }) => `${response!.status.slice(0, 3)} ${versionOf(response!.etag)}`)
    default:
      throw new Error(`${told} was answered ${status}: ${JSON.stringify(body())}`)
  }
}
