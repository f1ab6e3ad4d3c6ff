import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand } from '../support/cli.ts'

const patient = { resourceType: 'Patient', id: 'p1', gender: 'female', maritalStatus: { text: 'single' } }
const readFile = (path: string): string => readFileSync(path, 'utf8')

describe('handoff map --report', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'handoff-map-'))
    const stay = { resourceType: 'CarePlan', status: 'active', intent: 'plan', subject: { reference: 'urn:uuid:one' } }
    const bundle = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [{ fullUrl: 'urn:uuid:one', resource: patient }, { resource: stay }],
    }
    writeFileSync(join(folder, 'bundle.json'), JSON.stringify(bundle))
    writeFileSync(join(folder, 'broken.json'), '{')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('tells of the elements, and of each mapping', async () => {
    const { code, out } = await runCommand(['map', '--report', folder], { readFile })
    expect(code).toBe(0)
    const said = out.map((line) => line.trim().replaceAll(/ +/g, ' '))
    expect(said).toContain('Patient.gender 1 0 0')
    expect(said).toContain('Patient.maritalStatus.text 0 1 0')
    expect(said).toContain('client.patient 1 1 1 1 2 0')
    // Its client is found by the bundle's own URL.
    expect(said).toContainEqual(expect.stringMatching(/^care-plan\.care-plan 1 1 1 /))
    expect(said).toContain('crisis.flag none here')
  })

  test('fails where too little can be read, and says why', async () => {
    const nobody = { resourceType: 'CarePlan', status: 'active', intent: 'plan', subject: { display: 'somebody' } }
    writeFileSync(join(folder, 'nobody.json'), JSON.stringify(nobody))
    const { code, out } = await runCommand(['map', '--report', folder], { readFile })
    expect(code).toBe(1)
    expect(out.at(-1)).toMatch(/^not readable: care-plan\.care-plan: .*nobody\.json: CarePlan\.subject: expected/)
  })

  test('a folder that is not there, and none at all, are told', async () => {
    for (const args of [['map', '--report', join(folder, 'nowhere')], ['map', '--report'], ['map']])
      expect((await runCommand(args)).code).toBe(2)
  })
})
