/** A partner that takes what it is sent and never answers holds up nobody else: what others are owed meanwhile reaches them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startSandbox } from '../../src/demo/sandbox/fhir-server.ts'
import { freePort, startProcess } from './process.ts'

const wait = (ms: number) => new Promise((wake) => setTimeout(wake, ms))

it('another partner is told while the first one hangs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'handoff-hung-'))
  const port = await freePort()
  let hanging = 0
  const east = await startSandbox({
    name: 'East',
    fault: ({ method }) => {
      if (method === 'GET') return undefined
      hanging++
      return { kind: 'hang', ms: 3600_000 }
    },
  })
  const west = await startSandbox({ name: 'West' })
  const gateway = await startProcess(folder, port, { HANDOFF_ALLOW_TARGETS: `${east.target},${west.target}` })
  const put = async (path: string, json: object) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'PUT', headers, body: JSON.stringify(json) })
    expect(answer.status, path).toBeLessThan(300)
  }
  const until = async (holds: () => boolean) => {
    for (let tries = 0; !holds(); tries++) {
      if (tries > 150) throw new Error('it does not come')
      await wait(50)
    }
  }
  for (const [name, { baseUrl }] of Object.entries({ east, west }))
    await put(`/admin/connections/${name}`, { kind: 'ehr', baseUrl, push: ['Patient'] })
  await put('/fhir/Patient/a', { resourceType: 'Patient', id: 'a' })
  await until(() => hanging === 1 && west.all('Patient').length === 1)
  for (const id of ['b', 'c']) await put(`/fhir/Patient/${id}`, { resourceType: 'Patient', id })
  await until(() => west.all('Patient').length === 3)
  expect(west.all('Patient').length).toBe(3)
  await gateway.kill()
  await Promise.all([east.close(), west.close()])
  rmSync(folder, { recursive: true, force: true })
})
