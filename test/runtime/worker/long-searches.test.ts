/** Searches as long as they may be, which a Durable Object's SQL has fewer places for than they have values. */
import { env } from 'cloudflare:workers'
import { beforeAll, expect, test } from 'vitest'
import { searchLimits } from '../../../src/fhir/search/limits.ts'
import worker from '../../../src/worker.ts'

const ask = async (method: string, path: string, body: unknown, type: string) => {
  const init = { method, headers: { 'content-type': type }, body: type.includes('json') ? JSON.stringify(body) : String(body) }
  const answer = await worker.fetch(new Request(`http://localhost:8787${path}`, init), env as never)
  return { status: answer.status, text: await answer.text() }
}
const code = (n: number) => ({ coding: [{ system: 'urn:codes', code: `c${n}` }] })
const names = ['Ångström', "O'Neil", 'Lund']

beforeAll(async () => {
  const patients = names.map((family, n) => ({
    ...{ resourceType: 'Patient', id: `p${n}`, name: [{ family }] },
    ...{ identifier: [{ system: 'urn:ids', value: `i${n}` }], birthDate: '1987-02-11' },
  }))
  const observations = names.map((_, n) => ({
    ...{ resourceType: 'Observation', id: `o${n}`, status: 'final', code: { coding: code(100 + n).coding, text: `x${n}` } },
    ...{
      subject: { reference: `Patient/p${n}` },
      valueQuantity: { value: n, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
      effectiveDateTime: '2026-03-02',
    },
    component: Array.from({ length: 40 }, (_, i) => ({
      code: { ...code(i), text: `part ${i}` },
      valueQuantity: { value: i + n, unit: 'kg' },
    })),
  }))
  const alike = {
    ...{ resourceType: 'Observation', id: 'alike', status: 'final', code: { text: 'parts alike' } },
    component: Array.from({ length: 40 }, (_, i) => ({ code: code(99), valueQuantity: { value: i, unit: 'kg' } })),
  }
  const entry = [...patients, ...observations, alike].map((resource) => ({
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
  }))
  const done = await ask('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry }, 'application/fhir+json')
  expect(done.status === 200 ? '' : done.text.slice(0, 600)).toBe('')
})

const list = (count: number, value: (n: number) => string) => Array.from({ length: count }, (_, n) => value(n)).join(',')
const compared = (value: (n: number) => string) => list(searchLimits.compared, value)
const looked = (value: (n: number) => string) => list(1500, value)

const search = async (type: string, name: string, text: string) => {
  const form = new URLSearchParams([
    [name, text],
    ['_sort', '-_id'],
    ['_total', 'accurate'],
    ['_id:not', 'nobody'],
  ])
  const { status, text: body } = await ask('POST', `/fhir/${type}/_search`, form, 'application/x-www-form-urlencoded')
  const { total, issue } = JSON.parse(body)
  return { status, found: total ?? issue[0].code }
}
const anybody = compared((n) => names[n] ?? `Some,body '${n}'?`.replaceAll(',', '\\,'))

test.each([
  ['Patient', 'name', anybody],
  ['Patient', 'name:exact', anybody],
  ['Patient', 'name:contains', anybody],
  ['Patient', 'birthdate', compared((n) => `ge${1987 - n}`)],
  ['Patient', '_lastUpdated', compared((n) => `ge${2020 - n}`)],
  ['Patient', 'identifier', looked((n) => `urn:ids|i${n}`)],
  ['Patient', '_id', looked((n) => `p${n}`)],
  ['Patient', '_has:Observation:patient:code:text', compared((n) => `x${n}`)],
  ['Patient', '_has:Observation:patient:code-value-quantity', compared((n) => `c${100 + n}$${n}||kg`)],
  ['Observation', 'subject:Patient.name', anybody],
  ['Observation', 'subject', looked((n) => `Patient/p${n}`)],
  ['Observation', 'value-quantity', compared((n) => `${n}||kg`)],
  ['Observation', 'code:text', compared((n) => `x${n}`)],
  ['Observation', 'code-value-quantity', compared((n) => `urn:codes|c${100 + n}$${n}||kg`)],
  ['Observation', 'component-code-value-quantity', list(3, (n) => `c0$${n}`)],
])('%s?%s is answered', async (type, name, text) => expect(await search(type, name, text)).toEqual({ status: 200, found: 3 }))

test.each([
  ['Observation', 'component-code-value-quantity'],
  ['Observation', 'combo-code-value-quantity'],
  ['Patient', '_has:Observation:patient:component-code-value-quantity'],
])('%s?%s of many items is answered where few have the code, and else refused, and why is said', async (type, name) => {
  const pairs = (of: (n: number) => string) =>
    search(
      type,
      name,
      list(25, (n) => `${of(n)}$${n}`),
    )
  expect(await pairs((n) => `c${n}`)).toEqual({ status: 200, found: 1 })
  expect(await pairs(() => 'c99')).toEqual({ status: 422, found: 'too-costly' })
})
