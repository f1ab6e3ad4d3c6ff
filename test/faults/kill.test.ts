/**
 * kill -9 under load, again and again, with clients that retry what was not acknowledged: every acknowledged message is there once,
 * nothing is half there. HANDOFF_KILLS sets how often (50).
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { freePort, type Gateway, startProcess } from './process.ts'

const kills = Number(process.env.HANDOFF_KILLS ?? 50)
const writers = 8

const bundle = (n: number) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    entry(
      'urn:uuid:p',
      { resourceType: 'Patient', identifier: [{ system: 'urn:test', value: `p${n}` }] },
      `identifier=urn:test|p${n}`,
    ),
    entry('urn:uuid:e', {
      resourceType: 'Encounter',
      identifier: [{ system: 'urn:test', value: `e${n}` }],
      status: 'planned',
      class: { code: 'AMB' },
      subject: { reference: 'urn:uuid:p' },
    }),
    entry('urn:uuid:f', {
      resourceType: 'Flag',
      identifier: [{ system: 'urn:test', value: `f${n}` }],
      status: 'active',
      code: { text: 'x' },
      subject: { reference: 'urn:uuid:p' },
      encounter: { reference: 'urn:uuid:e' },
    }),
  ],
})
const entry = (fullUrl: string, resource: { resourceType: string; [element: string]: unknown }, ifNoneExist?: string) => ({
  fullUrl,
  resource,
  request: { method: 'POST', url: resource.resourceType, ...(ifNoneExist && { ifNoneExist }) },
})
const adt = (n: number) =>
  [
    `MSH|^~\\&|ADT1|HARBOR|HANDOFF|US|20260302093000+0000||ADT^A03^ADT_A03|M${n}|P|2.5.1`,
    'EVN|A03|20260302093000+0000',
    `PID|1||${n}^^^HARBOR^MR||Rivera^Ana||19900401|F`,
    `PV1|1|I|PSY^101^1||||||||||||||||V${n}^^^HARBOR^VN|||||||||||||||||01||||||||20260301080000+0000|20260302092500+0000`,
    'DG1|1||F32.2^Major depressive disorder^I10|||F',
  ].join('\r')

it(`loses nothing, doubles nothing and halves nothing in ${kills} kills`, { timeout: 300_000 + kills * 6000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'handoff-kill-'))
  const port = await freePort()
  let gateway: Gateway = await startProcess(folder, port)
  let done = false
  let next = 0
  const acknowledged = { bundles: new Set<number>(), messages: new Set<number>() }

  const send = async (path: string, headers: Record<string, string>, body: string): Promise<Response | undefined> => {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body })
      await answer.clone().arrayBuffer()
      return answer
    } catch {
      return undefined
    }
  }
  /** Sends one thing until it is acknowledged. */
  const writer = async (): Promise<void> => {
    while (!done) {
      const n = next++
      const isMessage = n % 3 === 0
      for (;;) {
        const answer = isMessage
          ? await send('/hl7v2', { 'content-type': 'application/hl7-v2' }, adt(n))
          : await send(
              '/fhir',
              { 'content-type': 'application/fhir+json', 'idempotency-key': `k${n}` },
              JSON.stringify(bundle(n)),
            )
        if (answer && answer.status < 500) {
          const text = await answer.text()
          if (isMessage ? text.includes(`MSA|AA|M${n}`) : answer.status === 200) {
            acknowledged[isMessage ? 'messages' : 'bundles'].add(n)
            break
          }
          throw new Error(`not acknowledged: ${answer.status} ${text.slice(0, 500)}`)
        }
        if (done && !answer) return
        await new Promise((wake) => setTimeout(wake, 5 + (n % 20)))
      }
    }
  }
  const working = Promise.all(Array.from({ length: writers }, writer))
  for (let kill = 0; kill < kills; kill++) {
    await new Promise((wake) => setTimeout(wake, 20 + ((kill * 37) % 380)))
    await gateway.kill()
    gateway = await startProcess(folder, port)
  }
  done = true
  await working
  const url = gateway.url
  const ids = async (type: string, identifier: string): Promise<string[]> => {
    const found = (await (await fetch(`${url}/fhir/${type}?identifier=${encodeURIComponent(identifier)}`)).json()) as {
      entry?: { resource: { id: string } }[]
    }
    return (found.entry ?? []).map((one) => one.resource.id)
  }

  const wrong: string[] = []
  for (let n = 0; n < next; n++) {
    if (n % 3 === 0) {
      const found = (await (await fetch(`${url}/fhir/Encounter?identifier=V${n}`)).json()) as { entry?: unknown[] }
      const count = found.entry?.length ?? 0
      if (acknowledged.messages.has(n) ? count !== 1 : count > 1) wrong.push(`visit ${n}: ${count}`)
      continue
    }
    const counts = [
      await ids('Patient', `urn:test|p${n}`),
      await ids('Encounter', `urn:test|e${n}`),
      await ids('Flag', `urn:test|f${n}`),
    ].map((one) => one.length)
    const whole = counts.every((count) => count === 1)
    const none = counts.every((count) => count === 0)
    if (!(whole || (none && !acknowledged.bundles.has(n)))) wrong.push(`bundle ${n}: ${counts}`)
  }
  expect(wrong).toEqual([])
  expect(acknowledged.bundles.size).toBeGreaterThan(kills)
  expect(acknowledged.messages.size).toBeGreaterThan(kills / 2)
  expect(await gateway.stop()).toBe(0)

  const database = new DatabaseSync(join(folder, 'default.sqlite'), { readOnly: true })
  expect(database.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  database.close()
  rmSync(folder, { recursive: true, force: true })
})
