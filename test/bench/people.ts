/** Invented records for the store's own benches, and how figures are printed. */
import { ok } from '../../src/domain/problem.ts'
import type { Put } from '../../src/store/change.ts'
import { ask, type Store, write } from '../../src/store/store.ts'

type Invented = { readonly resourceType: string; readonly id: string } & Readonly<Record<string, unknown>>

export const print = (figure: string, fields: Record<string, number | string>) =>
  console.log(JSON.stringify({ figure, ...fields }))
export const round = (n: number) => (n >= 100 ? Math.round(n) : Math.round(n * 100) / 100)
/** Processor time of this process so far, in milliseconds: what a busy neighbour does not lengthen. */
export const processor = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
export const quantile = (sorted: readonly number[], q: number) =>
  round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0)

/** Seeded, so that two runs write the same. */
let seed = 1
export const random = (n: number): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return seed % n
}
const crockford = '0123456789abcdefghjkmnpqrstvwxyz'
let ids = 0
const newId = (prefix: string): string => {
  ids++
  let text = ''
  for (let i = 0; i < 16; i++) text += crockford[random(32)]
  return `${prefix}-${ids.toString(32).padStart(10, '0')}${text}`
}
export const pick = <T>(list: readonly T[]): T => list[random(list.length)]!
export const families = Array.from({ length: 2000 }, (_, i) => `Family${(i * 7919) % 10007}`)
const givens = Array.from({ length: 400 }, (_, i) => `Given${i}`)
export const codes = Array.from({ length: 300 }, (_, i) => ({
  code: String(10000 + i * 37),
  display: `Finding number ${i} of the invented list`,
}))
const when = () => new Date(1.4e12 + random(3e8) * 1000).toISOString()
const filler = 'Invented text that stands for a narrative and for elements which no search looks at. '.repeat(6)
const narrative = (n: number) => ({
  status: 'generated',
  div: `<div xmlns="http://www.w3.org/1999/xhtml">${filler.slice(0, n)}</div>`,
})
const coding = (system: string) => {
  const { code, display } = pick(codes)
  return { coding: [{ system, code, display }], text: display }
}

function patient(): Invented {
  const id = newId('pat')
  return {
    resourceType: 'Patient',
    id,
    text: narrative(500),
    identifier: [
      { system: 'https://example.org/mrn', value: `MRN${random(1e9)}` },
      { system: 'http://hl7.org/fhir/sid/us-ssn', value: `999-${random(99)}-${random(9999)}` },
    ],
    name: [{ use: 'official', family: pick(families), given: [pick(givens), pick(givens)] }],
    telecom: [{ system: 'phone', value: `555-${random(1e7)}`, use: 'home' }],
    gender: pick(['male', 'female']),
    birthDate: when().slice(0, 10),
    address: [
      { line: [`${random(999)} Main Street`], city: `Town${random(300)}`, state: 'MA', postalCode: String(random(99999)) },
    ],
    managingOrganization: { reference: `Organization/org-${random(50)}` },
  }
}

function encounter(subject: string): Invented {
  const start = when()
  return {
    resourceType: 'Encounter',
    id: newId('enc'),
    text: narrative(450),
    identifier: [{ system: 'https://example.org/visit', value: `V${random(1e9)}` }],
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: pick(['AMB', 'IMP', 'EMER']) },
    type: [coding('http://snomed.info/sct')],
    subject: { reference: subject, display: 'An invented person' },
    participant: [{ individual: { reference: `Practitioner/prac-${random(300)}`, display: 'An invented practitioner' } }],
    period: { start, end: new Date(Date.parse(start) + 3.6e6).toISOString() },
    serviceProvider: { reference: `Organization/org-${random(50)}`, display: 'An invented clinic' },
  }
}

function observation(subject: string, visit: string): Invented {
  const at = when()
  return {
    resourceType: 'Observation',
    id: newId('obs'),
    text: narrative(500),
    status: 'final',
    category: [
      {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: pick(['survey', 'vital-signs']) }],
      },
    ],
    code: coding('http://loinc.org'),
    subject: { reference: subject },
    encounter: { reference: visit },
    effectiveDateTime: at,
    issued: at,
    performer: [{ reference: `Practitioner/prac-${random(300)}` }],
    valueQuantity: { value: random(1000) / 10, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
    component: [{ code: coding('http://loinc.org'), valueQuantity: { value: random(100), unit: 'mm', code: 'mm' } }],
  }
}

/** A patient's record: one patient, then visits of an encounter and some observations. */
export function* people(): Generator<Invented> {
  for (;;) {
    const person = patient()
    yield person
    const subject = `Patient/${person.id}`
    for (let visits = 3 + random(10); visits > 0; visits--) {
      const visit = encounter(subject)
      yield visit
      for (let n = 3 + random(8); n > 0; n--) yield observation(subject, `Encounter/${visit.id}`)
    }
  }
}

export function put(resource: Invented, at: string): Put {
  const { resourceType: type, id } = resource
  const whole = { ...resource, meta: { versionId: '1', lastUpdated: at } }
  return { change: 'put', type, id, version: 1, text: JSON.stringify(whole), resource: whole, at }
}

/** In one commit. */
export async function putAll(store: Store, resources: readonly Invented[]): Promise<void> {
  await store.commit(function* () {
    const { at } = yield* ask({ ask: 'now' })
    yield* write(...resources.map((resource) => put(resource, at)))
    return ok(undefined)
  })
}
