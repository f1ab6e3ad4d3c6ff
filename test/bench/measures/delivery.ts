/** From a create to the partner's having it, 32 at once; beside the partner alone. */
import type { SandboxServer } from '../../../src/demo/sandbox/fhir-server.ts'
import { type Bench, fhir, post, times } from '../bench.ts'
import { load } from '../load.ts'
import type { Row } from '../report.ts'

const n = 3000
const basic = (text: string): string => JSON.stringify({ resourceType: 'Basic', code: { text } })

export async function delivery({ gateway, port }: Bench, ehr: SandboxServer): Promise<Row[]> {
  await fetch(`${gateway.url}/admin/connections`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', kind: 'ehr', baseUrl: ehr.baseUrl, push: ['Basic'], maxInFlight: 32 }),
  })
  const send = (to: number, path: string, clients: number, name: string) =>
    load(
      to,
      clients,
      times(n, (i) => post(path, fhir, basic(`${name} ${i}`))),
    )
  const values: number[] = []
  for (const pass of [1, 2, 3]) {
    const began = performance.now()
    await send(port, '/fhir/Basic', 16, `pass ${pass}`)
    while (ehr.all('Basic').length < pass * n) await new Promise((wake) => setTimeout(wake, 10))
    values.push(n / ((performance.now() - began) / 1000))
  }
  const alone = await send(Number(new URL(ehr.baseUrl).port), `${new URL(ehr.baseUrl).pathname}/Basic`, 32, 'alone')
  return [
    {
      what: 'delivery: created here, then in the EHR',
      unit: 'resources/s',
      values,
      beside: 'the EHR alone',
      limits: [alone.perSecond],
      n,
    },
  ]
}
