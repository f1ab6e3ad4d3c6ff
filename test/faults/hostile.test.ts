/**
 * Bodies, messages and URLs that mean harm, against a process with little memory: each is answered, none with a 5xx, none takes long or holds
 * up others, and afterwards everything works as before.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { frame } from '../../src/hl7v2/mllp.ts'
import {
  bundles,
  changing,
  content,
  documents,
  doubled,
  encoded,
  endless,
  type Hostile,
  labels,
  large,
  longList,
  malformed,
  names,
  packed,
  patches,
  slow,
} from './hostile/bodies.ts'
import { messages } from './hostile/messages.ts'
import { answerOver, torn } from './hostile/mllp.ts'
import type { Watched } from './hostile/watch.ts'
import { freePort, type Gateway, startProcess } from './process.ts'

let folder: string
let gateway: Gateway
let mllp: number
let watch: number
beforeAll(async () => {
  mllp = await freePort()
  watch = await freePort()
  folder = mkdtempSync(join(tmpdir(), 'handoff-hostile-'))
  gateway = await startProcess(folder, await freePort(), {
    NODE_OPTIONS: `--max-old-space-size=384 --import=${join(import.meta.dirname, 'hostile/watch.ts')}`,
    WATCH_PORT: String(watch),
    HANDOFF_MLLP_PORT: String(mllp),
  })
})
afterAll(async () => {
  await gateway.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** A broken connection counts as an answer where the body is refused while it is still being sent. */
const cutOff = 0

async function answerTo(method: string, path: string, type: string, { body, headers }: Hostile): Promise<number> {
  try {
    const answer = await fetch(gateway.url + path, { method, headers: { 'content-type': type, ...headers }, body })
    await answer.arrayBuffer()
    return answer.status
  } catch {
    return cutOff
  }
}

/** Milliseconds of processor time. Nothing should be held for longer than 50, which the benchmark measures: a busy machine takes twice that. */
const most = { spent: 2000, held: 100 }
const watched = async (): Promise<Watched> => (await fetch(`http://127.0.0.1:${watch}`)).json() as Promise<Watched>

/** Whatever these are sent to, they are refused; only an empty form or list asks for nothing. */
const refused: ReadonlySet<Hostile> = new Set(
  [...malformed, ...encoded, ...names, ...doubled, ...packed].filter(({ name }) => !/^the text "(\[\])?"$/.test(name)),
)
const everyJson = [...malformed, ...encoded, ...names, ...doubled, ...large, ...slow, ...packed]
const fhir = 'application/fhir+json'
const json = 'application/json'

const surfaces: readonly (readonly [method: string, path: string, type: string, bodies: readonly Hostile[]])[] = [
  ['POST', '/fhir', fhir, [...bundles, ...everyJson]],
  ['POST', '/fhir/Patient', fhir, everyJson],
  ['PUT', '/fhir/Patient/hostile', fhir, everyJson],
  ...['Patient', 'Group', 'Questionnaire', 'ValueSet', 'List'].map(
    (type) =>
      [
        'POST',
        `/fhir/${type}`,
        fhir,
        endless.filter(({ body }) => new TextDecoder().decode(body).includes(`"${type}",`)),
      ] as const,
  ),
  ['PUT', '/fhir/Patient/changing', fhir, changing],
  ['PUT', '/fhir/Patient/patched', fhir, [longList]],
  ['PATCH', '/fhir/Patient/patched', 'application/json-patch+json', patches],
  ['POST', '/fhir/Patient/changing/$meta-add', fhir, labels],
  ['PUT', '/fhir/Binary/hostile', 'application/pdf', [content]],
  ['POST', '/fhir/Patient/$validate', fhir, [...endless, ...slow]],
  ['PATCH', '/fhir/Patient/hostile', 'application/json-patch+json', everyJson],
  ['POST', '/fhir/$process-message', fhir, [...bundles, ...everyJson]],
  ['POST', '/fhir/Patient/_search', 'application/x-www-form-urlencoded', [...malformed, ...encoded, ...large]],
  ['POST', '/coordination/clients', json, everyJson],
  ['PATCH', '/coordination/clients/hostile', 'application/merge-patch+json', everyJson],
  ['POST', '/admin/connections', json, everyJson],
  ['POST', '/admin/mappings/preview', json, everyJson],
  ['POST', '/billing/acks', json, everyJson],
  ['POST', '/oauth/token', 'application/x-www-form-urlencoded', [...malformed, ...encoded, ...large]],
  ['POST', '/console/discharges/hostile/match', 'application/x-www-form-urlencoded', [...malformed, ...encoded, ...large]],
  ['POST', '/hl7v2', 'application/hl7-v2', [...messages, ...encoded, ...packed]],
  ['POST', '/documents', 'application/xml', [...malformed, ...encoded, ...names, ...packed, ...documents]],
]

describe.each(surfaces)('%s %s', (method, path, type, bodies) => {
  it(`answers all ${bodies.length} and breaks on none`, { timeout: 300_000 }, async () => {
    const broken: string[] = []
    await watched()
    for (const hostile of bodies) {
      const status = await answerTo(method, path, type, hostile)
      const { held, spent } = await watched()
      if (spent > most.spent || held > most.held) broken.push(`${spent.toFixed()} ms, ${held.toFixed()} at once: ${hostile.name}`)
      if (refused.has(hostile) && path !== '/hl7v2' && status < 400 && status !== cutOff)
        broken.push(`${status}: ${hostile.name}`)
      if (status >= 500 || (status === cutOff && hostile.body.length < 1_000_000)) broken.push(`${status}: ${hostile.name}`)
    }
    expect(broken).toEqual([])
  })
})

it('takes none of it for a resource', async () => {
  const { total, entry = [] } = (await (await fetch(`${gateway.url}/fhir/Patient?_total=accurate`)).json()) as {
    total: number
    entry?: { resource: object }[]
  }
  expect(total).toBe(entry.length)
  for (const { resource } of entry) expect(Object.keys(resource)).not.toContain('admin')
})

describe('a URL', () => {
  const long = 'a'.repeat(2000)
  const queries = [
    '_id=%00',
    '_id=%ff',
    '_id=%ud800',
    '_id=%',
    'name=%E0%A4%A',
    `name=${long}`,
    'name:exact:exact=a',
    'name=(a%2B)%2B%24',
    'birthdate=ge',
    'birthdate=zz2020',
    'birthdate=2020-13-45',
    `birthdate=${'9'.repeat(1000)}`,
    '_count=-1',
    '_count=1e9',
    '_count=NaN',
    '_sort=',
    '_sort=__proto__',
    '__proto__=1',
    'constructor=1',
    'name[$ne]=1',
    "name=' OR 1=1 --",
    'name=%25%5f',
    '_include=*:*',
    '_include=Patient:__proto__',
    '_revinclude=:',
    'identifier=|||',
    'identifier=a%7Cb%7Cc',
    '_lastUpdated=\u0000',
    '_page=AAAA',
    '_page=',
    '_elements=,',
    '_summary=x',
    `_id=${'a,'.repeat(2000)}`,
    'general-practitioner.name.family.given.x.y.z=1',
    '_has:a:b:c:d:e:f=1',
    '_has=',
    '_format=xml',
    '_format=../../etc/passwd',
    '_total=lots',
    '&&&&',
    '=',
    '=a',
    'name',
    'name=&name=',
    '?',
    '#',
    'name=a;drop table resource',
    ...Array.from({ length: 5 }, (_, n) => `${'name=a&'.repeat(10 ** n)}`),
  ]
  it.each(queries.map((query) => [query.length > 60 ? `${query.slice(0, 60)}…` : query, query]))(
    'asking %s is answered',
    async (_, query) => {
      const url = `${gateway.url}/fhir/Patient?${query}`
      expect((await fetch(url)).status).toBeLessThan(500)
    },
  )

  const paths = [
    '/fhir/__proto__',
    '/fhir/constructor/x',
    '/fhir/Patient/__proto__',
    `/fhir/Patient/${long}`,
    '/fhir/Patient/x/_history/__proto__',
    '/fhir/Patient/x/_history/-1',
    '/fhir/Patient/x/_history/99999999999999999999',
    '/fhir/%50atient/x',
    '/fhir/Patient/%2e%2e',
    '/fhir/$x',
    '/fhir/Patient/$x',
    '/coordination/__proto__',
    '/coordination/constructor/x',
    '/coordination/clients/__proto__',
    '/admin/deliveries/__proto__',
    '/admin/x',
    '/console/__proto__',
    '/%',
    '/%00',
  ]
  it.each(paths.map((path) => [path.slice(0, 60), path]))('at %s is answered', async (_, path) => {
    expect((await fetch(gateway.url + path)).status).toBeLessThan(500)
  })
})

describe('over MLLP', () => {
  const acknowledgement = /^MSH.*\rMSA.(AA|AE|AR|CA|CE|CR)/s

  it.each(messages.map(({ name, body }) => [name, body]))('%s is answered with an acknowledgement', async (_, body) => {
    expect(await answerOver(mllp, frame(body))).toMatch(acknowledgement)
  })

  it.each(torn.map(({ name, body }) => [name, body]))('%s breaks nothing', async (_, body) => {
    await answerOver(mllp, body)
    expect((await fetch(`${gateway.url}/livez`)).status).toBe(200)
  })

  it('a frame larger than a message may be is refused, or cut off', async () => {
    const answer = await answerOver(mllp, frame(new Uint8Array(2_000_000).fill(0x41)))
    if (answer !== '') expect(answer).toMatch(/^MSH.*\rMSA.(AE|AR|CR)/s)
  })
})

it('works as before after all that', async () => {
  const made = await fetch(`${gateway.url}/fhir/Patient`, {
    method: 'POST',
    headers: { 'content-type': fhir },
    body: '{"resourceType":"Patient","active":true}',
  })
  expect(made.status).toBe(201)
  expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200)
})
