import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dischargeMessage } from '../../src/demo/sandbox/hospital-messages.ts'
import { runCommand } from '../support/cli.ts'
import { clinicalDocument } from '../support/clinical-document.ts'
import { dischargeMessage as hl7v2 } from '../support/hl7v2.ts'
import { notification } from '../support/notification.ts'

const patient = { resourceType: 'Patient', id: 'p1', gender: 'female', maritalStatus: { text: 'single' } }
const stay = {
  visit: 'V1',
  patient: { number: '7', family: 'Quintero', given: 'Rosa', birthDate: '1984-02-19', gender: 'male' },
  admittedAt: '2026-11-10T09:00:00-05:00',
  dischargedAt: '2026-11-20T14:00:00-05:00',
  reportedAt: '2026-11-20T14:31:00-05:00',
  diagnosis: { code: 'F33.1', text: 'Depression' },
} as const
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

describe('handoff map --explain', () => {
  const files: Record<string, string> = {
    'patient.json': JSON.stringify({ ...patient, communication: [{ language: { text: 'Elvish' } }] }),
    'bundle.json': JSON.stringify({
      resourceType: 'Bundle',
      entry: [{ resource: { resourceType: 'CarePlan', subject: { display: 'somebody' } } }],
    }),
    'discharge.hl7': dischargeMessage(stay, 'M-1').replace('|M\r', '|Q\r'),
    'orders.hl7': dischargeMessage(stay, 'M-1').replace('ADT^A03', 'ORM^O01'),
    'notes.txt': 'Rosa went home.',
    'other.json': '{ "name": "nothing of FHIR" }',
  }
  const explain = (name: string) => runCommand(['map', name, '--explain'], { readFile: (path) => files[path] })

  test('tells of a resource what became what', async () => {
    expect(await explain('patient.json')).toEqual({
      code: 0,
      err: [],
      out: [
        'patient.json: clients, by client.patient version 2',
        '  Patient.id  "p1"  kept as it is',
        '  Patient.gender  "female"  → gender (code(male | female | other | unknown))',
        '  Patient.maritalStatus.text  "single"  kept as it is',
        '  Patient.communication[0].language.text  "Elvish"  kept as it is, not representable: no code of urn:ietf:bcp:47 here',
        '',
      ],
    })
  })

  test('says what cannot be read, and what belongs to no collection', async () => {
    const { code, out } = await explain('bundle.json')
    expect(code).toBe(0)
    expect(out[0]).toMatch(/care-plan\.care-plan version 1, which cannot read it:$/)
    expect(out).toContainEqual(expect.stringMatching(/^ {2}CarePlan\.subject {2}expected/))
    expect(out).toContain('bundle.json: Bundle, of no collection: kept as it is')
  })

  test('tells of an HL7 v2 message what became what', async () => {
    const { code, out } = await explain('discharge.hl7')
    expect(code).toBe(0)
    expect(out).toEqual(
      expect.arrayContaining([
        'MSH-9.2  "A03"  → needed for reading it at all',
        'MSH-5  "HANDOFF"  kept in the message alone',
        'PID-3.1  "7"  → patient.identifiers[0].value "7"',
        'PID-7  "19840219"  → patient.birthDate "1984-02-19"',
        'PID-8  "Q"  not representable: not in the code table; left out',
        'DG1-15  "1"  → diagnoses[0].role "principal"',
      ]),
    )
  })

  test.each(['orders.hl7', 'notes.txt', 'other.json'])('%s cannot be explained, and why is told', async (name) => {
    const { code, out, err } = await explain(name)
    expect([code, out]).toEqual([1, []])
    expect(err.length).toBeGreaterThan(0)
  })

  test('tells of a message which resources come of it', async () => {
    const { code, out } = await runCommand(['map', 'discharge.hl7', '--to', 'fhir', '--explain'], {
      readFile: (path) => files[path],
    })
    expect(code).toBe(0)
    expect(out).toEqual(
      expect.arrayContaining([
        'PV1-45  "20261120140000-0500"  → Encounter.period.end "2026-11-20T14:00:00-05:00"',
        'PID-3.1  "7"  → Encounter.subject.identifier.value "7", Condition.subject.identifier.value "7"',
        'DG1-3.1  "F33.1"  → Condition.code.coding[0].code "F33.1"',
        // Nobody who is known: a name comes to no record before the client is.
        'PID-5.1  "QUINTERO"  kept in the message alone',
        'MSH-9.2  "A03"  → needed for reading it at all',
      ]),
    )
  })

  test('tells of a resource how a partner is told it, and why', async () => {
    const verification = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'confirmed' }] }
    const problem = {
      resourceType: 'Condition',
      subject: { reference: 'Patient/p1' },
      verificationStatus: verification,
      code: { coding: [{ code: 'F33.1' }] },
    }
    files['problem.json'] = JSON.stringify(problem)
    const page = 'https://fhir.epic.com/Specifications?api=949'
    expect(await runCommand(['map', 'problem.json', '--to', 'epic', '--explain'], { readFile: (path) => files[path] })).toEqual({
      code: 0,
      err: [],
      out: [
        'problem.json: Condition, to a partner of flavour epic',
        '  Condition.subject.reference  "Patient/p1"  as it is',
        '  Condition.verificationStatus.coding[0].system  "http://terminology.hl7.org/CodeSystem/condition-ver-status"  as it is',
        `  Condition.verificationStatus.coding[0].code  "confirmed"  → "provisional"  (${page})`,
        '  Condition.code.coding[0].code  "F33.1"  as it is',
        `  Condition.code.text  → "F33.1"  (${page})`,
        '',
      ],
    })
  })

  test('tells of a partner’s resource what it is here', async () => {
    const payload = [{ contentAttachment: { contentType: 'text/plain;charset=utf-8', data: 'U8Ot' } }]
    files['theirs.json'] = JSON.stringify({ resourceType: 'Communication', status: 'completed', payload })
    const { code, out } = await runCommand(['map', 'theirs.json', '--from', 'oracle-health', '--explain'], {
      readFile: (path) => files[path],
    })
    expect(code).toBe(0)
    expect(out).toContain('  Communication.status  "completed"  as it is')
    expect(out).toContainEqual(
      expect.stringMatching(/^ {2}Communication\.payload\[0\]\.contentAttachment\.data {2}"U8Ot" {2}left out/),
    )
    expect(out).toContainEqual(expect.stringMatching(/^ {2}Communication\.payload\[0\]\.contentString {2}→ "Sí" {2}\(https:/))
  })

  test('tells what a partner is told nothing of', async () => {
    files['message.json'] = JSON.stringify({ resourceType: 'Communication', status: 'preparation' })
    const { out } = await runCommand(['map', '--explain', 'message.json', '--to', 'oracle-health'], {
      readFile: (path) => files[path],
    })
    expect(out).toEqual(['message.json: Communication, to a partner of flavour oracle-health: nothing is sent of it'])
  })

  test('a target that there is not is told, with those that there are', async () => {
    const { code, err } = await runCommand(['map', 'patient.json', '--to', 'nobody', '--explain'], {
      readFile: (path) => files[path],
    })
    expect([code, err.join()]).toEqual([2, expect.stringContaining('domain, fhir (for messages), epic, hapi, oracle-health')])
  })

  test.each([
    ['map', 'nowhere.json', '--explain'],
    ['map', 'patient.json'],
    ['map', '--explain'],
    ['map', '--to', 'x'],
    ['map', 'patient.json', '--explain', '--to'],
    ['map', 'patient.json', '--explain', '--from', 'domain'],
  ])('%s %s %s is not how it is called', async (...args) =>
    expect((await runCommand(args.filter((arg) => typeof arg === 'string'))).code).toBe(2),
  )
})

describe('handoff map --diff', () => {
  let folder: string
  const file = (name: string) => join(folder, name)
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'handoff-map-'))
    const mapping = (name: string) => pathToFileURL(resolve(import.meta.dirname, '../../mappings', name)).href
    const changed = `import one from '${mapping('client.patient.ts')}'
      const read = (parts) => ({ ...one.read(parts), value: { ...one.read(parts).value, gender: 'other' } })
      export default { ...one, version: 3, read, write: (value) => ({ Patient: { ...one.write(value).Patient, gender: 'unknown' } }) }`
    writeFileSync(file('old.ts'), `export { default } from '${mapping('client.patient.ts')}'`)
    writeFileSync(file('new.ts'), changed)
    writeFileSync(file('nothing.ts'), 'export default {}')
    writeFileSync(file('patient.json'), JSON.stringify(patient))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('tells place by place what the new table reads and writes otherwise', async () => {
    const { code, out } = await runCommand(['map', '--diff', file('old.ts'), file('new.ts'), folder], { readFile })
    expect(out).toEqual([
      file('patient.json'),
      '  gender  "female" → "other"',
      '  Patient.gender  "female" → "unknown"',
      'client.patient: version 2 → client.patient version 3: 1 of 1 resources read or written otherwise',
    ])
    expect(code).toBe(1)
  })

  test('of the same table there is nothing to tell', async () => {
    const { code, out } = await runCommand(['map', '--diff', file('old.ts'), file('old.ts'), folder], { readFile })
    expect([code, out.at(-1)]).toEqual([0, expect.stringContaining(': 0 of 1 resources')])
  })

  test.each([
    ['hl7v2/reading.ts', 'readV2', 'two.hl7', `${hl7v2()}\r${hl7v2({ MSH: { 10: 'second' } })}`, 2],
    ['ccda/reading.ts', 'readCcda', 'summary.xml', clinicalDocument(), 1],
    ['davinci/notification.ts', 'readNotification', 'note.json', JSON.stringify(notification()), 1],
  ])('runs messages through a changed reading (%s)', async (module, name, kept, text, count) => {
    const beneath = file(name)
    mkdirSync(beneath)
    const own = pathToFileURL(resolve(import.meta.dirname, '../../mappings', module)).href
    writeFileSync(file(`${name}-old.ts`), `export * from '${own}'`)
    const changed = `import { ${name} as read } from '${own}'
      export const table = { name: 'changed', version: 7 }
      export const ${name} = (one) => ({ ...read(one), value: { ...read(one).value, kind: 'changed' } })`
    writeFileSync(file(`${name}-new.ts`), changed)
    writeFileSync(join(beneath, kept), text)
    writeFileSync(join(beneath, 'other.txt'), 'no message')
    const run = (after: string) => runCommand(['map', '--diff', file(`${name}-old.ts`), file(after), beneath], { readFile })
    const { code, out } = await run(`${name}-new.ts`)
    expect([code, out.at(-1)]).toEqual([1, `${name}: version 1 → 7: ${count} of ${count} messages read otherwise`])
    expect(out[1]).toMatch(/^ {2}kind {2}.* → "changed"$/)
    expect((await run(`${name}-old.ts`)).code).toBe(0)
  })

  test('what is no mapping, and a folder that is not there, are told', async () => {
    for (const [other, where] of [
      ['nothing.ts', folder],
      ['nowhere.ts', folder],
      ['old.ts', file('nowhere')],
    ] as const) {
      const { code, err } = await runCommand(['map', '--diff', file('old.ts'), file(other), where], { readFile })
      expect([code, err.length]).toEqual([2, 1])
    }
  })
})
