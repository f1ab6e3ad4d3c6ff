import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
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
    expect.stringMatching(/^bundle\.json {2}error {2}code-invalid {2}Bundle\.entry\[0\]\.resource\.gender {2}/),
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

describe('profiles', () => {
  const ours = 'https://warm-handoff.example/fhir/StructureDefinition/handoff-client'
  const guide = 'https://guide.example/StructureDefinition/born-when'
  const claim = (profile: string) => ({ readFile: () => JSON.stringify({ ...patient, meta: { profile: [profile] } }) })

  test('of ours are asked, claimed or named', async () => {
    const claimed = await runCommand(['validate', 'a.json'], claim(ours))
    expect(claimed.code).toBe(1)
    expect(claimed.out).toContain(`a.json  error  invalid  Patient.gender  is required (${ours})`)
    const named = await runCommand(['validate', '--profile', ours, 'good.json'], { readFile: (path) => files[path] })
    expect(named.out).toContain(`good.json  error  invalid  Patient.gender  is required (${ours})`)
  })

  test('of others are warnings, until a folder has them', async () => {
    expect(await runCommand(['validate', 'a.json'], claim(guide))).toMatchObject({
      code: 0,
      out: [`a.json  warning  informational  The profile ${guide} is not known here.`, '1 looked at, 0 with errors'],
    })
    const folder = mkdtempSync(join(tmpdir(), 'guide-'))
    const differential = { element: [{ id: 'Patient.deceased[x]', path: 'Patient.deceased[x]', min: 1 }] }
    const base = 'http://hl7.org/fhir/StructureDefinition/Patient'
    const said = { name: 'BornWhen', status: 'active', kind: 'resource', abstract: false, derivation: 'constraint' }
    const definition = {
      resourceType: 'StructureDefinition',
      url: guide,
      type: 'Patient',
      baseDefinition: base,
      ...said,
      differential,
    }
    writeFileSync(join(folder, 'born-when.json'), JSON.stringify(definition))
    writeFileSync(join(folder, 'broken.json'), '{')
    writeFileSync(join(folder, 'other.json'), JSON.stringify({ ...definition, differential: { element: 'x' } }))
    const told = await runCommand(['validate', '--with', folder, 'a.json'], claim(guide))
    rmSync(folder, { recursive: true })
    expect(told.out).toEqual([`a.json  error  invalid  Patient.deceased  is required (${guide})`, '1 looked at, 1 with errors'])
  })

  test('and folders that nobody knows are told', async () => {
    expect(await runCommand(['validate', '--profile', guide, 'a.json'])).toMatchObject({ code: 2 })
    expect(await runCommand(['validate', '--with', '/nowhere/at/all', 'a.json'])).toMatchObject({ code: 2 })
    expect(await runCommand(['validate', '--eat', 'a.json'])).toMatchObject({ code: 2 })
  })
})
