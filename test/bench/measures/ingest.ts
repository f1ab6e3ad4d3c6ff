/** Synthea's transactions over HTTP: exact, validated, indexed, durable. Beside: @medplum/fhir-router in memory, and ourselves without HTTP. */
import { type Bench, each, fhir, figuresOf, post } from '../bench.ts'
import { bundles } from '../data.ts'
import { load } from '../load.ts'
import { format, median, type Row } from '../report.ts'

export async function ingest({ port }: Bench): Promise<Row[]> {
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
  const row = { unit: 'resources/s', values, n }
  return [
    {
      ...row,
      what: 'ingest: Synthea transactions over HTTP, durable',
      beside: '@medplum/fhir-router in memory, validating, without HTTP',
      limits: figuresOf('medplum.ts'),
      note: `the second quarter of them ${format(median(values.slice(quarter, 2 * quarter)))}, the last ${format(median(values.slice(-quarter)))}`,
    },
    { ...row, what: 'the same', beside: 'our own pipeline without HTTP', limits: figuresOf('pipeline.ts') },
  ]
}
