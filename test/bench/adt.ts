/**
 * ADT messages per second over HTTP, 64 senders at once, and the gateway's own processor time for each. `node test/bench/adt.ts [visits]`
 *
 * - strangers: one A03 each of people whom nobody knows
 * - clients: A01, A08, A03 and the A03 once more, of people with follow-ups; every client comes twice, so that the second stay is a readmission
 *
 * PROFILE=folder writes a CPU profile of the gateway there.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startProcess } from '../faults/process.ts'
import { discharge } from './data.ts'
import { load, processorMs, type Request } from './load.ts'

const visits = Number(process.argv[2] ?? 2000)
const folder = mkdtempSync(join(tmpdir(), 'handoff-bench-'))
const port = await freePort()
const { PROFILE } = process.env
const gateway = await startProcess(folder, port, {
  ...(PROFILE && { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${PROFILE}` }),
})

const two = (n: number): string => String(n).padStart(2, '0')
const { ONLY = '' } = process.env
const part = 500
const totals: { readonly messages: number; readonly seconds: number; readonly cpu: number }[] = []

/** Sent in parts: the best of them is what the gateway can do when nobody else wants the machine. */
async function measure(label: string, messages: readonly string[]): Promise<void> {
  if (!label.startsWith(ONLY)) return
  const parts: { readonly perSecond: number; readonly cpu: number }[] = []
  for (let from = 0; from < messages.length; from += part) {
    const some = messages.slice(from, from + part)
    let at = 0
    const next = (): Request | undefined =>
      at < some.length ? { method: 'POST', path: '/hl7v2', type: 'application/hl7-v2', body: some[at++]! } : undefined
    const before = processorMs(gateway.pid)
    const { perSecond, refused, seconds } = await load(port, 64, next)
    const cpu = (processorMs(gateway.pid) - before) / some.length
    if (refused > 0) throw new Error(`${refused} messages were refused`)
    parts.push({ perSecond, cpu })
    if (label.startsWith('clients')) totals.push({ messages: some.length, seconds, cpu: cpu * some.length })
  }
  const rates = parts.map((one) => one.perSecond).sort((a, b) => b - a)
  const cpus = parts.map((one) => one.cpu).sort((a, b) => a - b)
  const middle = parts.length >> 1
  console.log(
    `${label.padEnd(32)} ${shown(rates[0])} best ${shown(rates[middle])} median /s   ${cpus[0]?.toFixed(3)} best ${cpus[middle]?.toFixed(3)} median ms CPU each`,
  )
}

const shown = (n = 0): string => Math.round(n).toLocaleString('en').padStart(6)

/** One message of a client's stay. */
function told(trigger: string, client: number, stay: number): string {
  const month = two(9 + stay)
  const day = two(1 + (client % 20))
  const ended = trigger === 'A03'
  const at = `2026${month}${day}${ended ? '150000' : trigger === 'A01' ? '080000' : '120000'}-0500`
  const structure = trigger === 'A08' ? 'ADT_A01' : `ADT_${trigger}`
  const diagnoses = [
    'DG1|1||F32.2^Major depressive disorder, single episode, severe^I10|||F|||||||||1',
    'DG1|2||F41.1^Generalized anxiety disorder^I10|||F',
  ]
  return [
    `MSH|^~\\&|CAREADT|STBRENDAN|HANDOFF|COORD|${at}||ADT^${trigger}^${structure}|C${client}-${stay}-${trigger}|P|2.5.1`,
    `EVN|${trigger}|${at}`,
    `PID|1||${client}^^^STB&2.16.840.1.113883.19.5&ISO^MR||CLIENT${client}^ANNA^M^^^^L||19840219|F|||14 HARBOR ST^^TOLEDO^OH^43604^USA^H`,
    `PV1|1|I|PSY4^412^B^STB||||1871500000^OKAFOR^NNAMDI^^^DR^MD^^NPI^L^^^NPI|||PSY|||||||||V${client}-${stay}^^^STB|||||||||||||||||${ended ? '01' : ''}||||||||2026${month}${day}080000|${ended ? `2026${month}${day}145500` : ''}`,
    'PV2|||^suicidal ideation',
    ...(trigger === 'A01' ? [] : diagnoses),
  ].join('\r')
}

const admin = { method: 'POST', headers: { 'content-type': 'application/json' } }
const hospital = {
  name: 'st-brendan',
  kind: 'hospital',
  timeZone: 'America/New_York',
  senders: [{ application: 'CAREADT', facility: 'STBRENDAN' }],
  assigningAuthorities: { STB: 'urn:oid:2.16.840.1.113883.19.5' },
}
const made = await fetch(`${gateway.url}/admin/connections`, { ...admin, body: JSON.stringify(hospital) })
if (made.status !== 201) throw new Error(await made.text())

const clients = visits / 2
const people = Array.from({ length: clients }, (_, n) => ({
  request: { method: 'PUT', url: `Patient/client-${n}` },
  resource: {
    resourceType: 'Patient',
    id: `client-${n}`,
    identifier: [{ system: 'urn:oid:2.16.840.1.113883.19.5', value: String(n) }],
    name: [{ family: `Client${n}`, given: ['Anna'] }],
    birthDate: '1984-02-19',
  },
}))
for (let at = 0; at < clients; at += 500) {
  const body = JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: people.slice(at, at + 500) })
  const answer = await fetch(`${gateway.url}/fhir`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body,
  })
  if (answer.status !== 200) throw new Error(await answer.text())
}

const each = (message: (n: number) => string, count = clients): string[] => Array.from({ length: count }, (_, n) => message(n))
await measure('strangers: to warm up', each(discharge, 1000))
await measure(
  'strangers: A03',
  each((n) => discharge(n + 1000), visits),
)
for (const stay of [1, 2]) {
  const which = stay === 1 ? 'first stay' : 'second stay'
  for (const trigger of ['A01', 'A08', 'A03'])
    await measure(
      `clients: ${which}, ${trigger}`,
      each((n) => told(trigger, n, stay)),
    )
  await measure(
    `clients: ${which}, A03 once more`,
    each((n) => told('A03', n, stay)),
  )
}
const sum = (of: 'messages' | 'seconds' | 'cpu'): number => totals.reduce((so, one) => so + one[of], 0)
if (totals.length > 0)
  console.log(
    `clients, all of it: ${shown(sum('messages') / sum('seconds'))} /s, ${(sum('cpu') / sum('messages')).toFixed(3)} ms CPU each`,
  )
if (ONLY === '') {
  const tasks = (await (await fetch(`${gateway.url}/fhir/Task?_summary=count`)).json()) as { total: number }
  console.log(`follow-ups opened: ${tasks.total}`)
}
await gateway.stop()
rmSync(folder, { recursive: true, force: true })
