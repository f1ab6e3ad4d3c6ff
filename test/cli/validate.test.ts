import { expect, test } from 'vitest'
import { runCommand } from '../support/cli.ts'

const patient = { resourceType: 'Patient', birthDate: '1984-03-17' }
const files: Record<string, string> = {
  'good.json': JSON.stringify(patient),
  'bundle.json': JSON.stringify({
    resourceType: 'Bundle',
    type: 'collection',
    entry: [{ fullUrl: 'urn:uuid:4d1e1a3c-8f3e-4b1e-9a55-0c1f6f1c2d3e', resource: { ...patient, gender: 'woman' } }],
  }),
  'many.ndjson': `${JSON.stringify(patient)}\n\n${JSON.stringify({ ...patient, birthDate: '17.3.1984' })}\n`,
  'broken.json': '{ "resourceType": "Patient"',
}
const validate = (...names: string[]) => runCommand(['validate', ...names], { readFile: (path) => files[path] })

test('a valid resource is fine', async () => {
  expect(await validate('good.json')).toEqual({ code: 0, out: ['1 looked at, 0 with errors'], err: [] })
})

test('what is wrong is told with its place, inside of a bundle and line by line', async () => {
  const { code, out } = await validate('bundle.json', 'many.ndjson')
  expect(code).toBe(1)
  expect(out).toEqual([
    expect.stringMatching(/^bundle\.json {2}error {2}business-rule {2}Bundle\.entry\[0\]\.resource\.gender {2}/),
    expect.stringMatching(/^many\.ndjson:3 {2}error {2}invalid {2}Patient\.birthDate {2}/),
    '3 looked at, 2 with errors',
  ])
})

test('what is no JSON is told, without quoting it', async () => {
  const { code, out } = await validate('broken.json')
  expect(code).toBe(1)
  expect(out[0]).toMatch(/^broken\.json {2}error {2}structure {2}/)
})

test('no file, and one that is not there, are told', async () => {
  expect((await validate()).code).toBe(2)
  expect(await validate('nowhere.json')).toMatchObject({ code: 2, err: ['nowhere.json cannot be read.'] })
})
