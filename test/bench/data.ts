/** What the bench sends: Synthea's bundles where there are any (ids changed for every pass), else bundles of the same make. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const folder = resolve(import.meta.dirname, '../..', process.env.CORPORA ?? '../shared/corpora', '2_clinical/synthea')
/** Synthea's come to 157,000 resources: an index that slows down as it grows shows it by then. */
const passes = Number(process.env.HANDOFF_BENCH_PASSES ?? 34)

export interface Set {
  readonly bodies: readonly string[]
  readonly resources: number
}

export function bundles(): { readonly first: readonly string[]; sets(): Generator<Set> } {
  const files = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .sort()
    : []
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
  const people =
    files.length > 0
      ? files.filter((name) => !name.startsWith('0-')).map(read)
      : Array.from({ length: 20 }, (_, n) => invented(n))
  const resources = people.reduce((sum, body) => sum + (JSON.parse(body) as { entry: unknown[] }).entry.length, 0)
  return {
    first: files.filter((name) => name.startsWith('0-')).map(read),
    *sets() {
      for (let pass = 0; pass < passes; pass++) yield { resources, bodies: people.map((body) => renamed(body, pass)) }
    },
  }
}

/** Other people of the same kind: every UUID is changed, but those of organizations (named in conditional references). */
const renamed = (body: string, pass: number): string =>
  body.replace(/(?<!\|)\b([0-9a-f]{8})(?=-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/g, (part) =>
    ((Number.parseInt(part, 16) ^ Math.imul(pass + 1, 0x9e3779b1)) >>> 0).toString(16).padStart(8, '0'),
  )

function invented(n: number): string {
  const uuid = (m: number): string => `${String(n).padStart(8, '0')}-0000-4000-8000-${String(m).padStart(12, '0')}`
  const entry = (m: number, resource: { resourceType: string }): object => ({
    fullUrl: `urn:uuid:${uuid(m)}`,
    resource,
    request: { method: 'POST', url: resource.resourceType },
  })
  const subject = { reference: `urn:uuid:${uuid(0)}` }
  const observations = Array.from({ length: 200 }, (_, m) =>
    entry(m + 1, {
      resourceType: 'Observation',
      status: 'final',
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }],
      code: { coding: [{ system: 'http://loinc.org', code: '8867-4', display: 'Heart rate' }], text: 'Heart rate' },
      subject,
      effectiveDateTime: `20${10 + (m % 16)}-0${1 + (m % 9)}-15T09:00:00+00:00`,
      valueQuantity: { value: 60 + (m % 40), unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
    } as { resourceType: string }),
  )
  return JSON.stringify({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      entry(0, { resourceType: 'Patient', name: [{ family: `Invented${n}` }] } as { resourceType: string }),
      ...observations,
    ],
  })
}

/** One small resource. */
export const observation = (n: number): string =>
  JSON.stringify({ resourceType: 'Observation', status: 'final', code: { text: 'x' }, valueInteger: n })

/** One discharge of somebody nobody knows. */
export const discharge = (n: number): string =>
  [
    `MSH|^~\\&|ADT1|HARBOR|HANDOFF|US|20260302093000+0000||ADT^A03^ADT_A03|B${n}|P|2.5.1`,
    'EVN|A03|20260302093000+0000',
    `PID|1||${n}^^^HARBOR^MR||Rivera^Ana||19900401|F`,
    `PV1|1|I|PSY^101^1||||||||||||||||V${n}^^^HARBOR^VN|||||||||||||||||01||||||||20260301080000+0000|20260302092500+0000`,
    'DG1|1||F32.2^Major depressive disorder^I10|||F',
  ].join('\r')
