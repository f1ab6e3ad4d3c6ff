/** Documents that are none, and those that others published: each is read, or told what is wrong with it, and kept. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { validate } from '../../src/fhir/validate/validate.ts'
import { appointment, clinicalDocument, diagnosis, medication, section } from '../support/clinical-document.ts'
import { corpora } from '../support/corpora.ts'
import { type Hospital, openHospital } from '../support/hospital.ts'

let hospital: Hospital
beforeEach(async () => {
  hospital = await openHospital()
})
afterEach(() => hospital.stop())

const send = (body: string | Uint8Array<ArrayBuffer>, type = 'application/xml') =>
  hospital.request('/documents', { method: 'POST', headers: { 'content-type': type }, body })
interface Problem {
  readonly code: string
  readonly issues: readonly { readonly path?: string; readonly message: string }[]
}

test.each([
  ['no XML', 'Rosa Quintero went home'],
  ['a document type', '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><ClinicalDocument>&a;</ClinicalDocument>'],
  ['another root', '<section xmlns="urn:hl7-org:v3"/>'],
  ['no ids at all', '<ClinicalDocument xmlns="urn:hl7-org:v3"/>'],
  ['cut off', clinicalDocument().slice(0, 900)],
  ['nothing', ''],
])('%s is refused with what is wrong, and kept', async (_, text) => {
  const answer = await send(text)
  expect(answer.status).toBe(400)
  const problem = (await answer.json()) as Problem
  expect([problem.code, problem.issues.length > 0 || text === '']).toEqual(['unreadable', true])
  expect(JSON.stringify(problem)).not.toMatch(/Rosa|passwd/)
  expect(await hospital.messages('?state=held')).toHaveLength(1)
})

test('bytes of another character set than they say are refused', async () => {
  const bytes = new Uint8Array(Buffer.from(clinicalDocument().replace('Rosa', 'R\xf6sa'), 'latin1'))
  expect((await send(bytes)).status).toBe(400)
})

test('another form, too much, and a caller who may not, are refused at the door', async () => {
  expect((await send('{}', 'application/json')).status).toBe(415)
  expect((await send(new Uint8Array(6 * 1024 * 1024))).status).toBe(413)
  const guarded = await openHospital({ auth: 'smart' })
  const answer = await guarded.request('/documents', { method: 'POST', headers: { 'content-type': 'text/xml' }, body: '<x/>' })
  expect(answer.status).toBe(401)
  await guarded.stop()
})

test('whatever a document lacks or says twice, it is answered, and nothing breaks over it', async () => {
  await hospital.register()
  const whole = clinicalDocument({
    diagnoses: [diagnosis('F32.2'), diagnosis('F20.9', { not: 'act' })],
    sections: [
      section('10183-2', 'Medications', medication('312940', 'Sertraline')),
      section('18776-5', 'Plan', appointment('20250314')),
    ],
  })
  // Elements without children, and attributes: taken away, emptied, or filled with something else.
  const places = [...whole.matchAll(/<[A-Za-z]+ [^<>]*\/>| [A-Za-z]+="[^"]*"/g)].map((one) => ({ from: one.index, text: one[0] }))
  const change = fc.record({
    place: fc.constantFrom(...places),
    to: fc.constantFrom('', ' value=""', ' code="x" code="y"', ' nullFlavor="UNK"', ' value="99999999"', '<id/>'),
  })
  let sent = 0
  await fc.assert(
    fc.asyncProperty(change, async ({ place, to }) => {
      const text = whole.slice(0, place.from) + to + whole.slice(place.from + place.text.length)
      const answer = await send(text.replace('"DOC-1"', `"DOC-${++sent}"`).replace('"SET-1"', `"SET-${sent}"`))
      expect([200, 201, 202, 400, 409]).toContain(answer.status)
      expect(hospital.log.filter(({ event, msg }) => (event ?? msg) === 'request-failed')).toEqual([])
    }),
    { numRuns: Number(process.env.LAWS_RUNS ?? 60) },
  )
  const types = ['Encounter', 'Condition', 'DocumentReference', 'MedicationStatement', 'CarePlan', 'Provenance']
  const written = await Promise.all(types.map((type) => hospital.search<{ id: string }>(`${type}?_count=1000`)))
  expect(written.every((all) => all.length > 0)).toBe(true)
  for (const resource of written.flat())
    expect(validate(resource), JSON.stringify(resource)).toEqual({ structure: [], rules: [] })
})

const folder = corpora === undefined ? undefined : join(corpora, '4_ccda')
test.skipIf(folder === undefined)('every published document is read, or told what is wrong with it (needs CORPORA)', async () => {
  const files = readdirSync(folder!, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.xml'))
  const whole: string[] = []
  for (const name of files) {
    const bytes = new Uint8Array(readFileSync(join(folder!, name)))
    const answer = await send(bytes)
    const told = (await answer.json()) as Problem & { state?: string }
    expect([200, 201, 202, 400, 409], name).toContain(answer.status)
    if (answer.status === 400) expect(told.issues.length, name).toBeGreaterThan(0)
    // Some publish one document twice; what is no whole document has no root to be one by.
    if (/<ClinicalDocument[\s>]/.test(new TextDecoder().decode(bytes)) && answer.status === 400) whole.push(name)
  }
  expect(files.length).toBeGreaterThan(50)
  expect(whole.map((name) => name.split('/').at(-1)!.slice(0, 40))).toEqual([
    'Health_Concerns__Health_Concerns_Link_to',
    'Health_Concerns__Health_Concerns_Link_to',
    'Referrals_-_Planned_and_Completed__Refer',
  ])
})
