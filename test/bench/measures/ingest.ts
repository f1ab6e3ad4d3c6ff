/** Synthea's transactions over HTTP: exact, validated, indexed, durable. Beside: what @medplum/fhir-router does with them in memory. */
import { type Bench, each, fhir, figuresOf, post } from '../bench.ts'
import { bundles } from '../data.ts'
import { load } from '../load.ts'
import { format, median, type Row } from '../report.ts'

export async function ingest({ port }: Bench): Promise<Row> {
  const { first, sets } = bundles()
  const send = (bodies: readonly string[], clients: number) =>
    load(
      port,
      clients,
      each(bodies, (body) => post('/fhir', fhir, body)),
    )
  await send(first, 1)
  const values: number[] = []
  let n = 0
  for (const { bodies, resources } of sets()) {
    n = resources
    const { refused, seconds } = await send(bodies, 4)
    if (refused > 0) throw new Error(`${refused} bundles were refused`)
    values.push(resources / seconds)
  }
  const quarter = values.length >> 2
  return {
    what: 'ingest: Synthea transactions over HTTP, durable',
    unit: 'resources/s',
    values,
    beside: '@medplum/fhir-router in memory, validating, without HTTP',
    limits: figuresOf('medplum.ts'),
    n,
    note: `the second quarter of them ${format(median(values.slice(quarter, 2 * quarter)))}, the last ${format(median(values.slice(-quarter)))}`,
  }
}
