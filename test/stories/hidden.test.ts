/**
 * What is hidden is as what is not there: two gateways, one of which has records under 42 CFR Part 2 beside the others, answer who has no
 * right to such records alike, byte for byte, whatever is asked. `HIDDEN_SEARCHES` says how much is asked.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Content } from '../contract/store/support.ts'
import { registerClient } from '../support/client.ts'
import { part2 } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { Dice } from '../support/search/dice.ts'
import { links, randomSearch } from '../support/search/queries.ts'
import { counts, idOf, type Kind, randomResource, randomResources } from '../support/search/resources.ts'

const searches = Number(process.env.HIDDEN_SEARCHES ?? 1000)
const perWorld = 250
const scope = 'system/*.cruds'

/** A gateway, one who writes all, and one who may see what is not protected. */
interface Side {
  readonly gateway: TestGateway
  write(method: 'PUT' | 'DELETE', resource: Content): Promise<number>
  look(path: string, init?: RequestInit): Promise<string>
}

async function open(): Promise<Side> {
  const gateway = await startGateway({ auth: 'smart', validation: 'mark' })
  const writer = await (await registerClient(gateway, scope, { protected_records: true })).bearer(scope)
  const reader = await (await registerClient(gateway, scope)).bearer(scope)
  return {
    gateway,
    async write(method, resource) {
      const path = `/fhir/${resource.resourceType}/${resource.id}`
      const body = method === 'PUT' ? { json: resource } : {}
      return (await gateway.request(path, { method, headers: writer, ...body })).status
    },
    async look(path, init = {}) {
      const answer = await gateway.request(path, { ...init, headers: { ...reader, ...(init.headers as Record<string, string>) } })
      return `${answer.status} ${answer.headers.get('etag') ?? ''} ${await answer.text()}`
    },
  }
}

const isHidden = (dice: Dice): boolean => dice.once(4)
/** What changes others has been seen to do so: a document that takes the place of another one. */
const unrelated = ({ relatesTo: _, ...content }: Content & { readonly relatesTo?: unknown }): Content => content
const protect = (content: Content): Content => ({
  ...unrelated(content),
  meta: part2,
})

/** As R4 wants it: nothing is empty. */
function full(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(full).filter((item) => item !== undefined)
    return items.length > 0 ? items : undefined
  }
  if (typeof value !== 'object' || value === null) return value === '' ? undefined : value
  const members = Object.entries(value).map(([name, each]) => [name, full(each)] as const)
  const there = members.filter(([, each]) => each !== undefined)
  return there.length > 0 ? Object.fromEntries(there) : undefined
}

/** With what R4 requires. */
function whole(content: Content): Content {
  const there = full(content) as Content & { readonly component?: readonly object[] }
  const code = { text: 'of something' }
  if (content.resourceType === 'DocumentReference')
    return { ...there, content: [{ attachment: { title: 'A paper' } }] } as Content
  if (content.resourceType !== 'Observation') return there
  const component = there.component?.map((one) => ({ code, ...one }))
  return { code, ...there, ...(component && { component }) } as Content
}

/** What is of an encounter is hidden with it. */
const isOfHidden = (name: string, value: unknown, hidden: ReadonlySet<string>): boolean =>
  name === 'encounter' && [value].flat().some((one) => hidden.has((one as { reference?: string }).reference ?? ''))

/** Beside a reference to what is hidden nothing is told of it: that would be left out, and the label of what was left out be seen. */
function barely(value: unknown, hidden: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => barely(item, hidden))
  if (typeof value !== 'object' || value === null) return value
  const { reference } = value as { reference?: unknown }
  if (typeof reference === 'string' && hidden.has(reference)) return { reference }
  const members = Object.entries(value).filter(([name, each]) => !isOfHidden(name, each, hidden))
  return Object.fromEntries(members.map(([name, each]) => [name, barely(each, hidden)]))
}

/** The same history on both sides but for what is hidden, which one alone has. */
async function fill(one: Side, rest: Side, dice: Dice): Promise<void> {
  // No two commits within one millisecond: the second would be told to be later.
  const write: Side['write'] = (method, resource) => {
    for (const { gateway } of [one, rest]) gateway.clock.advance(350)
    return one.write(method, resource)
  }
  const all = { ...one, write }
  const both = async (work: (side: Side) => Promise<number>) => {
    const [here, there] = [await work(all), await work(rest)]
    expect(there).toBe(here)
    return here
  }
  const contents = randomResources(dice).map((content) => ({ content, hidden: isHidden(dice) }))
  const hidden = new Set(contents.filter((one) => one.hidden).map(({ content }) => `${content.resourceType}/${content.id}`))
  for (const { content, hidden: isSecret } of contents) {
    const earlier = randomResource(dice, content.resourceType as Kind, Number(content.id.split('-')[1]))
    // Nobody may take over an identifier that somebody else has, whoever may see that.
    const versions = dice.once(4) && content.resourceType !== 'Patient' ? [earlier, content] : [content]
    const plain = versions.map((version) => whole(barely(version, hidden) as Content))
    // What an earlier version said before it was labelled is hidden, too. Some are refused: a label alone is not.
    if (isSecret && plain.length > 1 && dice.once(3) && (await all.write('PUT', unrelated(plain[0]!))) === 201) {
      if ((await all.write('PUT', protect(plain[1]!))) !== 200) expect(await all.write('PUT', protect(plain[0]!))).toBe(200)
    } else for (const one of plain) await (isSecret ? all.write('PUT', protect(one)) : both((side) => side.write('PUT', one)))
    if (dice.once(12)) await (isSecret ? all.write('DELETE', content) : both((side) => side.write('DELETE', content)))
  }
}

/** Without what differs between any two gateways: sealed links, and ids that they make. */
const comparable = (answer: string): string =>
  answer.replace(/_page=[\w.~-]+/g, '_page').replace(/\b[a-z]{3}-[0-9A-Z]{26}\b/g, 'made')

/** From where on they differ. */
function difference(here: string, there: string): readonly string[] | undefined {
  if (here === there) return undefined
  let at = 0
  while (here[at] === there[at]) at++
  return [here, there].map((text) => text.slice(Math.max(0, at - 300), at + 300))
}
const nextOf = (answer: string): string | undefined => /"relation":"next","url":"http:\/\/localhost([^"]+)"/.exec(answer)?.[1]

/** All pages. */
async function compare(path: string, all: Side, rest: Side): Promise<string> {
  let [here, there] = await Promise.all([all.look(path), rest.look(path)])
  const first = here
  for (let pages = 0; pages < 20; pages++) {
    expect({ path, differs: difference(comparable(here), comparable(there)) }).toEqual({ path })
    const [next, other] = [nextOf(here), nextOf(there)]
    if (next === undefined || other === undefined) break
    ;[here, there] = await Promise.all([all.look(next), rest.look(other)])
  }
  return first
}

const params = (pairs: readonly (readonly [string, string])[]) => new URLSearchParams(pairs.map(([...pair]) => pair))

function randomQuestion(dice: Dice): string {
  const { type, pairs } = randomSearch(dice)
  const more: [string, string][] = [['_total', dice.of('accurate', 'none')]]
  if (dice.once(2)) more.push(['_count', dice.of('3', '1', '50')])
  if (dice.once(3)) more.push(['_sort', dice.of('_lastUpdated', '-_lastUpdated', '_id')])
  const from = links[type]
  if (from !== undefined && dice.once(3)) more.push([dice.of('_include', '_include:iterate'), `${type}:${dice.of(...from)[0]}`])
  if (dice.once(3)) {
    const [source, list] = dice.of(...(Object.entries(links) as [Kind, readonly (readonly [string, Kind])[]][]))
    more.push(['_revinclude', `${source}:${dice.of(...list)[0]}`])
  }
  if (dice.once(8)) more.push(['_summary', dice.of('count', 'true')])
  return `/fhir/${type}?${params([...pairs, ...more])}`
}

describe.each(Array.from({ length: Math.ceil(searches / perWorld) }, (_, i) => i + 1))('world %i', (world) => {
  let all: Side
  let rest: Side
  const dice = new Dice(1000 + world)
  beforeAll(async () => {
    ;[all, rest] = await Promise.all([open(), open()])
    await fill(all, rest, dice)
  })
  afterAll(() => Promise.all([all.gateway.stop(), rest.gateway.stop()]))

  test(`${perWorld} searches find the same`, async () => {
    let met = 0
    for (let i = 0; i < perWorld; i++)
      if (/"total":[1-9]|"mode":"match"/.test(await compare(randomQuestion(dice), all, rest))) met++
    // Searches that find nothing prove little.
    expect(met).toBeGreaterThan(perWorld / 8)
  })

  test('reads, versions, histories and whole records tell the same', async () => {
    for (const type of Object.keys(counts) as Kind[]) {
      for (let i = 0; i <= counts[type]; i++) {
        const path = `/fhir/${type}/${idOf(type, i)}`
        for (const of of ['', '/_history/1', '/_history/2', '/_history', '/$meta']) await compare(path + of, all, rest)
      }
      for (const of of ['/_history?_count=7', '/$meta']) await compare(`/fhir/${type}${of}`, all, rest)
    }
    for (let i = 0; i <= counts.Patient; i++) {
      const path = `/fhir/Patient/${idOf('Patient', i)}`
      for (const of of ['/$everything', '/Observation', '/*?_count=5']) await compare(path + of, all, rest)
    }
    for (const path of ['/fhir/_history', '/fhir?_type=Observation,Encounter&_count=4', '/fhir/metadata'])
      await compare(path, all, rest)
  })
})
