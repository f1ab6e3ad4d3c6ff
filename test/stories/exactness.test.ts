/**
 * Ten thousand decimals and whatever else partners write, from wire to wire: created, read, searched, looked up in the history, updated,
 * patched, sent on. Nothing loses a digit, a place or a space. https://hl7.org/fhir/R4/json.html#decimal
 */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SandboxServer, startSandbox } from '../../src/demo/sandbox/fhir-server.ts'
import { startCourier } from '../../src/flows/delivery/courier.ts'
import { system } from '../../src/gateway.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let ehr: SandboxServer
let gateway: TestGateway
beforeAll(async () => {
  ehr = await startSandbox({ name: 'Harbor' })
  gateway = await startGateway({ allowTargets: [ehr.target] })
  const connection = { name: 'harbor', kind: 'ehr', baseUrl: ehr.baseUrl, auth: { type: 'none' }, push: ['Basic'] }
  expect((await gateway.request('/admin/connections', { method: 'POST', json: connection })).status).toBe(201)
})
afterAll(async () => {
  await gateway.stop()
  await ehr.close()
})

const fhir = { 'content-type': 'application/fhir+json' }
const send = (method: string, path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = fhir) =>
  gateway.request(path, { method, headers, body })
const text = async (path: string) => (await gateway.request(path)).text()

const digits = (max: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: max })
/** Every way of writing a decimal: zeros at the end, twenty digits, tiny and huge exponents. */
const decimal = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(
      fc.constant('0'),
      digits(20).map((text) => text.replace(/^0+(?=\d)/, '') || '0'),
    ),
    fc.oneof(
      fc.constant(''),
      digits(20).map((text) => `.${text}`),
      fc.constantFrom('.0', '.00', '.10', '.000000000000000000010'),
    ),
    fc.oneof(
      { weight: 4, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: fc.constantFrom('e2', 'E+2', 'e-7', 'E-30', 'e21') },
    ),
  )
  .map((parts) => parts.join(''))

const perResource = 500
const of = (list: readonly string[]) => `"extension":[${list.map((one) => `{"url":"urn:d","valueDecimal":${one}}`).join(',')}]`

describe('ten thousand decimals', () => {
  const all = fc.sample(decimal, { numRuns: 10_000, seed: 20260302 })
  const resources = Array.from({ length: 10_000 / perResource }, (_, i) => of(all.slice(i * perResource, (i + 1) * perResource)))

  it('are there to the last digit, wherever they are looked for', async () => {
    for (const [i, decimals] of resources.entries()) {
      const put = (code: string) =>
        send('PUT', `/fhir/Basic/d${i}`, `{"resourceType":"Basic","id":"d${i}",${decimals},"code":{"text":"${code}"}}`)
      const made = await put('a')
      expect([made.status, (await made.text()).includes(decimals)]).toEqual([201, true])
      await put('b')
      const patched = await send('PATCH', `/fhir/Basic/d${i}`, '[{"op":"replace","path":"/code/text","value":"c"}]', {
        'content-type': 'application/json-patch+json',
      })
      expect([patched.status, (await patched.text()).includes(decimals)]).toEqual([200, true])
      expect(await text(`/fhir/Basic/d${i}`)).toContain(decimals)
      expect(await text(`/fhir/Basic?_id=d${i}`)).toContain(decimals)
      expect((await text(`/fhir/Basic/d${i}/_history`)).split(decimals)).toHaveLength(4)
      expect(await text(`/fhir/Basic/d${i}?_elements=extension`)).toContain(decimals)
    }
  })

  it('are sent on as they came', async () => {
    const courier = startCourier(await gateway.gateway.context(system()), () => () => {})
    for (let i = 0; i < 100 && ehr.all('Basic').length < resources.length; i++) await courier.wake()
    await courier.stop()
    const sent = ehr.requests.filter(({ method }) => method !== 'GET').map(({ body }) => body)
    for (const decimals of resources) expect(sent.some((body) => body.includes(decimals))).toBe(true)
  })

  it('stay when they come in a transaction, and in a transaction’s answer', async () => {
    const entry = resources
      .slice(0, 4)
      .map(
        (decimals, i) =>
          `{"fullUrl":"urn:uuid:${i}","resource":{"resourceType":"Basic",${decimals},"code":{"text":"t"},"subject":{"reference":"urn:uuid:0"}},"request":{"method":"POST","url":"Basic"}}`,
      )
    const answer = await send('POST', '/fhir', `{"resourceType":"Bundle","type":"transaction","entry":[${entry.join(',')}]}`, {
      ...fhir,
      prefer: 'return=representation',
    })
    const body = await answer.text()
    for (const decimals of resources.slice(0, 4)) expect(body).toContain(decimals)
  })
})

/** Any text that may stand in JSON, spelled in any way that JSON allows. */
const spelled = fc
  .tuple(fc.string({ unit: 'binary', maxLength: 20 }), fc.nat())
  .map(([value, choice]) =>
    JSON.stringify(value.replaceAll(/\p{Cc}/gu, ' ')).replaceAll(/[é-\u07ff/]/g, (letter) =>
      choice % 2 === 0 ? letter : `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  )

it('what nobody changed is served byte for byte, but for id, meta and the space around it', async () => {
  const space = fc.string({ unit: fc.constantFrom(' ', '\n', '\t'), maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(
      spelled,
      space,
      fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
      decimal,
      async (value, gap, order, number) => {
        const members = [
          `"code"${gap}:{${gap}"text":${value === '""' || value.trim() === '' ? '"x"' : `"x${value.slice(1)}`}}`,
          `"resourceType":${gap}"Basic"`,
          `"extension":[{"valueDecimal":${gap}${number},"url":"urn:partner:unknown"${gap}}]`,
          `"modifierExtension":[${gap}{"url":"urn:m","valueBoolean":true}]`,
        ]
        const body = `{${gap}${order.map((i) => members[i]).join(`${gap},`)}}`
        const made = await send('POST', '/fhir/Basic', `${gap}${body}${gap}`)
        expect([made.status, body]).toEqual([201, body])
        const stored = await text(made.headers.get('location')!.replace('http://localhost', ''))
        expect(stored.replace(/,"id":"[^"]+","meta":\{"versionId":"1","lastUpdated":"[^"]+"\}/, '')).toBe(body)
      },
    ),
    { numRuns: 100 },
  )
})

describe('what cannot be kept as it came is refused', () => {
  const wrong: readonly (readonly [string, string | Uint8Array<ArrayBuffer>])[] = [
    ['two members of a name', '{"resourceType":"Basic","code":{"text":"a"},"code":{"text":"b"}}'],
    ['two of a name inside', '{"resourceType":"Basic","code":{"text":"a","text":"b"}}'],
    ['a name with an escape', '{"resourceType":"Basic","c\\u006fde":{"text":"a"}}'],
    ['__proto__', '{"resourceType":"Basic","code":{"text":"a"},"__proto__":{}}'],
    ['constructor', '{"resourceType":"Basic","code":{"text":"a","constructor":{}}}'],
    ['a lone surrogate', '{"resourceType":"Basic","code":{"text":"\\ud83d"}}'],
    ['U+0000', '{"resourceType":"Basic","code":{"text":"\\u0000"}}'],
    ['a byte order mark', '\ufeff{"resourceType":"Basic","code":{"text":"a"}}'],
    ['bytes that are not UTF-8', Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    [
      'depth',
      `{"resourceType":"Basic","code":{"text":"a"},"extension":${'[{"url":"urn:x","extension":'.repeat(40)}[]${'}]'.repeat(40)}}`,
    ],
    ['a number that is none', '{"resourceType":"Basic","code":{"text":"a"},"extension":[{"url":"urn:x","valueDecimal":01}]}'],
    ['an infinite number', '{"resourceType":"Basic","code":{"text":"a"},"extension":[{"url":"urn:x","valueDecimal":Infinity}]}'],
    ['a comment', '{"resourceType":"Basic",/* */"code":{"text":"a"}}'],
  ]
  const doors: readonly (readonly [string, string])[] = [
    ['POST', '/fhir/Basic'],
    ['PUT', '/fhir/Basic/w1'],
    ['PATCH', '/fhir/Basic/w1'],
    ['POST', '/fhir/Basic/$validate'],
    ['POST', '/fhir'],
  ]
  it.each(doors.flatMap(([method, path]) => wrong.map(([name, body]) => ({ method, path, name, body }))))(
    '$method $path: $name',
    async ({ method, path, body }) => {
      const answer = await send(method, path, body)
      const { issue } = (await answer.json()) as { issue: { code: string }[] }
      expect([answer.status, issue[0]!.code]).toEqual([400, 'structure'])
    },
  )
})

describe('an address of ours that is no reference', () => {
  const here = 'http://localhost/fhir'
  const definition = { resourceType: 'ValueSet', id: 'own', url: `${here}/ValueSet/own`, status: 'active' }
  const names = { meta: { source: `${here}/Device/d` }, implicitRules: `${here}/ImplementationGuide/g` }
  const div = `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${here}/Patient/addressed">her</a></div>`
  const extension = [{ url: 'urn:x', valueUri: `${here}/Patient/addressed` }]
  const patient = { resourceType: 'Patient', id: 'addressed', ...names, text: { status: 'generated', div }, extension }
  const read = async (path: string) => JSON.parse(await text(`/fhir/${path}`))

  it('stays as it was said, and is found by that', async () => {
    for (const one of [definition, patient])
      expect((await send('PUT', `/fhir/${one.resourceType}/${one.id}`, JSON.stringify(one))).status).toBe(201)
    expect(await read('ValueSet/own')).toMatchObject(definition)
    expect(await read('Patient/addressed')).toMatchObject(patient)
    for (const query of [`ValueSet?url=${definition.url}`, `Patient?_source=${names.meta.source}`])
      expect((await read(`${query}&_summary=count`)).total, query).toBe(1)
  })

  it('names a definition in a transaction, too, whose entries have such addresses', async () => {
    const guide = 'https://guide.example/fhir/ValueSet/theirs'
    const theirs = { ...definition, id: 'theirs', url: guide }
    const entry = [
      { fullUrl: definition.url, resource: definition, request: { method: 'PUT', url: 'ValueSet/own' } },
      { fullUrl: guide, resource: theirs, request: { method: 'PUT', url: 'ValueSet/theirs' } },
      { fullUrl: `${here}/Patient/addressed`, resource: patient, request: { method: 'PUT', url: 'Patient/addressed' } },
    ]
    const bundle = JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry })
    expect((await send('POST', '/fhir', bundle)).status).toBe(200)
    expect(await read('Patient/addressed')).toMatchObject(patient)
    expect([(await read('ValueSet/own')).url, (await read('ValueSet/theirs')).url]).toEqual([definition.url, guide])
  })

  it('is made relative where it names content: by that a document is known to have a Binary', async () => {
    const content = [{ attachment: { url: `${here}/Binary/b` } }]
    const note = { resourceType: 'DocumentReference', id: 'note', status: 'current', content }
    expect((await send('PUT', '/fhir/DocumentReference/note', JSON.stringify(note))).status).toBe(201)
    expect(await read('DocumentReference/note')).toMatchObject({ content: [{ attachment: { url: 'Binary/b' } }] })
  })
})
