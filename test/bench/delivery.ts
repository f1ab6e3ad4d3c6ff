/**
 * Deliveries per second to one partner that answers at once, 32 at a time, and the gateway's own processor time for each.
 * `node test/bench/delivery.ts [resources]`; PROFILE=folder writes a CPU profile of the gateway there.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSandbox } from '../../src/demo/sandbox/fhir-server.ts'
import { freePort, startProcess } from '../faults/process.ts'
import { load, processorMs } from './load.ts'

const owed = Number(process.argv[2] ?? 2000)
const folder = mkdtempSync(join(tmpdir(), 'handoff-bench-'))
const port = await freePort()
let held = true
const ehr = await startSandbox({ name: 'Bench', fault: () => (held ? { kind: 'hang', ms: 1000 } : undefined) })
const { PROFILE } = process.env
const gateway = await startProcess(folder, port, {
  HANDOFF_ALLOW_TARGETS: ehr.target,
  ...(PROFILE && { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${PROFILE}` }),
})
const connection = { name: 'bench', kind: 'ehr', baseUrl: ehr.baseUrl, push: ['Basic'], maxInFlight: 32 }
const made = await fetch(`${gateway.url}/admin/connections`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(connection),
})
if (made.status !== 201) throw new Error(await made.text())
let sent = 0
await load(port, 32, () => {
  if (sent === owed) return undefined
  const body = JSON.stringify({ resourceType: 'Basic', code: { text: String(sent++) } })
  return { method: 'POST', path: '/fhir/Basic', type: 'application/fhir+json', body }
})
held = false
const waiting = owed - ehr.writes.length
const before = processorMs(gateway.pid)
const start = performance.now()
while (ehr.writes.length < owed) await new Promise((wake) => setTimeout(wake, 5))
const seconds = (performance.now() - start) / 1000
const cpu = (processorMs(gateway.pid) - before) / waiting
console.log(`${waiting} deliveries: ${Math.round(waiting / seconds).toLocaleString('en')} /s, ${cpu.toFixed(3)} ms CPU each`)
await gateway.stop()
await ehr.close()
rmSync(folder, { recursive: true, force: true })
