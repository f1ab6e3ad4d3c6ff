/** The console: plain pages that tell how the house stands, and forms that only its own pages may post. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Connector } from '../../src/connectors/connector.ts'
import { ok } from '../../src/domain/problem.ts'
import { startCourier } from '../../src/flows/delivery/courier.ts'
import { system } from '../../src/gateway.ts'
import { adminToken, startGateway } from '../support/gateway.ts'
import { type Hospital, openHospital } from '../support/hospital.ts'

let hospital: Hospital
beforeEach(async () => {
  hospital = await openHospital()
})
afterEach(() => hospital.stop())

const page = async (path: string): Promise<string> => {
  const answer = await hospital.request(path)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8'])
  return answer.text()
}
/** A form as a browser posts it. */
const post = (path: string, origin: string | undefined, body?: string) =>
  hospital.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...(origin !== undefined && { origin }) },
    ...(body !== undefined && { body }),
  })
/** Has no patient identifier, so that nobody can tell whose it is. */
const unreadable = { MSH: { 10: 'SB-2' }, PID: { 3: '' } }
const pages = [
  '/console',
  '/console/follow-ups',
  '/console/billing',
  '/console/deliveries',
  '/console/messages',
  '/console/conflicts',
  '/console/mappings',
]

describe('pages', () => {
  test('say so where there is nothing to show', async () => {
    const overview = await page('/console')
    expect(overview).toContain('Nobody is waiting for a follow-up.')
    expect(overview).toContain('st-brendan')
    expect(overview).toMatch(/^<!doctype html><html lang="en">/)
  })

  test('need no script, load nothing from elsewhere, and are kept by no cache', async () => {
    for (const path of pages) {
      const answer = await hospital.request(path)
      const text = await answer.text()
      expect(text).not.toMatch(/<script|javascript:|\son[a-z]+=|https?:\/\//i)
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self'/)
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
    const style = await hospital.request('/console/style.css')
    expect([style.status, style.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8'])
  })

  test('have one heading of their own, and a name for each column and control', async () => {
    await hospital.send()
    await hospital.send(unreadable)
    for (const path of [...pages, '/docs', '/docs/coverage']) {
      const text = await page(path)
      expect(text.match(/<h1>[^<]+<\/h1>/g), path).toHaveLength(1)
      expect(text).toContain(`href="${path}" aria-current="page"`)
      expect(text).not.toContain('<th scope="col"></th>')
      for (const [input] of text.matchAll(/<input [^>]*>/g)) expect(input).toMatch(/aria-label="[^"]+"/)
    }
    const overview = await page('/console')
    expect(overview).toMatch(/aria-label="Id of the client of visit V90017"/)
    expect(overview).toMatch(/aria-label="Read again: msg-[^"]+"/)
  })

  test('show follow-ups that are due, the overdue among them, by ids and dates alone', async () => {
    const rosa = await hospital.register()
    await hospital.send()
    const text = await page('/console/follow-ups')
    for (const owed of ['FUH-7@MY2025', '2025-03-17', 'FUH-30@MY2025', 'TCM-2BD', rosa]) expect(text).toContain(owed)
    expect(text).not.toMatch(/quintero|rosa/i)
    expect(text).not.toContain('missed')
    hospital.clock.advance(10 * 24 * 3600_000)
    const later = await page('/console/follow-ups')
    expect(later.match(/missed/g)).toHaveLength(2)
    expect(later.indexOf('TCM-2BD')).toBeLessThan(later.indexOf('FUH-30'))
  })

  test('show what was received: applied, with what it wrote, or held, with what is wrong', async () => {
    await hospital.register()
    await hospital.send()
    expect(await hospital.send(unreadable)).toBe('AE')
    const text = await page('/console/messages')
    const [held, applied] = [text.indexOf('could not be read'), text.indexOf('Messages applied')]
    expect(text.slice(held, applied)).toContain('PID-3')
    expect(text.slice(held, applied)).toContain('Read again')
    expect(text.slice(applied)).toMatch(/Encounter\/dis-/)
  })

  test('show how faithful the mappings are to the records here, without a word of what they say', async () => {
    expect(await page('/console/mappings')).toContain('There are no records yet.')
    const rosa = await hospital.register({ maritalStatus: { text: 'widowed' } })
    await hospital.send()
    const all = await page('/console/mappings')
    expect(all).toMatch(/client\.patient<\/a><\/td><td>2<\/td><td>1<\/td><td>1<\/td><td>1<\/td>.*?faithful/)
    expect(all).toContain('discharge.encounter')
    expect(all).not.toContain('goal.goal')
    const one = await page('/console/mappings/client.patient')
    expect(one).toContain('<code>Patient.name.family</code></td><td>1</td><td>0</td><td>0</td>')
    expect(one).toContain('<code>Patient.maritalStatus.text</code></td><td>0</td><td>1</td><td>0</td>')
    for (const text of [all, one]) expect(text).not.toMatch(/quintero|rosa|widowed|1984/i)
    await hospital.request(`/fhir/Patient/${rosa}`, { method: 'DELETE' })
    expect(await page('/console/mappings/client.patient')).toContain('Nothing that could be read.')
    expect((await hospital.request('/console/mappings/nobody')).status).toBe(404)
  })

  test('show what others wrote as text, never as markup', async () => {
    const evil = '<script>alert(1)</script>'
    await hospital.send({ MSH: { 3: evil, 4: '"><img src=x onerror=alert(1)>' }, PID: { 3: '' } })
    await hospital.send({
      MSH: { 10: 'SB-1002' },
      PID: { 3: `${evil}^^^STB&2.16.840.1.113883.19.5&ISO^MR` },
      PV1: { 19: `<b>V1</b>^^^STB` },
    })
    for (const path of pages) expect(await page(path)).not.toMatch(/<script|<img|<b>/i)
    expect(await page('/console/messages')).toContain('&lt;script&gt;')
    expect(await page('/console/follow-ups')).toContain('&lt;b&gt;V1&lt;/b&gt;')
  })

  test('open to operators alone where callers are checked', async () => {
    const strict = await startGateway({ auth: 'smart' })
    const password = `Basic ${btoa(`operator:${adminToken}`)}`
    const text = await (await strict.request('/console', { headers: { authorization: password } })).text()
    expect(text).toContain('Nobody is waiting')
    expect(text).not.toContain('do not permit')
    const wrong = `Basic ${btoa('operator:guess')}`
    expect((await strict.request('/console', { headers: { authorization: wrong } })).status).toBe(401)
    expect((await strict.request('/console')).status).toBe(401)
    await strict.stop()
  })
})

describe('forms', () => {
  const ours = 'http://localhost'

  test('only pages of the console may post them', async () => {
    await hospital.send(unreadable)
    const [message] = await hospital.messages('?state=held')
    const path = `/console/messages/${message!.id}/replay`
    for (const origin of [undefined, 'null', 'https://evil.example', 'http://localhost:8081']) {
      expect((await post(path, origin)).status, String(origin)).toBe(403)
    }
    const done = await post(path, ours)
    expect([done.status, done.headers.get('location')]).toEqual([303, '/console/messages'])
  })

  test('browsers tell where a form comes from, because the page lets them', async () => {
    for (const path of pages) expect((await hospital.request(path)).headers.get('referrer-policy')).toBe('same-origin')
  })

  test('a discharge of nobody is matched by hand, and its follow-ups open', async () => {
    await hospital.send()
    const [discharge] = await hospital.list('discharges')
    expect(discharge!.state).toBe('notified')
    expect(await page('/console')).toContain('V90017')
    const rosa = await hospital.register({ identifier: [{ system: 'urn:example:other', value: '1' }] })
    const path = `/console/discharges/${discharge!.id}/match`
    expect((await post(path, ours, 'client=nobody')).status).toBe(422)
    expect((await post(path, 'https://evil.example', `client=${rosa}`)).status).toBe(403)
    const done = await post(path, ours, `client=${rosa}`)
    expect([done.status, done.headers.get('location')]).toEqual([303, '/console/follow-ups'])
    expect(Object.keys(await hospital.owed())).toHaveLength(3)
    expect(await page('/console')).not.toContain('V90017')
  })

  test('what is not there is not sent again', async () => {
    expect((await post('/console/deliveries/dlv-none/replay', ours)).status).toBe(404)
    expect((await post('/console/messages/msg-none/replay', ours)).status).toBe(404)
  })

  test('a refusal is a page, too: it says what was wrong, and leads back', async () => {
    await hospital.send()
    const [discharge] = await hospital.list('discharges')
    const refused = await post(`/console/discharges/${discharge!.id}/match`, ours, 'client=nobody')
    const said = await refused.text()
    expect([refused.status, refused.headers.get('content-type')]).toEqual([422, 'text/html; charset=UTF-8'])
    expect(refused.headers.get('content-security-policy')).toContain("style-src 'self'")
    for (const part of ['<h1>That did not work</h1>', '<li>clientId: ', 'href="/console/follow-ups"'])
      expect(said).toContain(part)
    const nowhere = await hospital.request('/console/nothing')
    expect([nowhere.status, await nowhere.text()]).toEqual([404, expect.stringContaining('There is nothing here.')])
    const method = await hospital.request('/console/billing', { method: 'DELETE' })
    expect([method.status, method.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })
})

describe('dead letters', () => {
  /** A partner that refuses whatever it is sent, and comes round later. */
  const partner = { refuses: true, sent: 0 }
  const connector: Pick<Connector, 'create' | 'repeats' | 'changes'> = {
    repeats: () => true,
    changes: () => true,
    async create(type, text) {
      partner.sent++
      if (partner.refuses) return { outcome: 'refused', status: 422, stale: false, detail: 'No <b>Patients</b> today.' }
      return { outcome: 'delivered', value: { type, id: 'theirs', version: '1', text } }
    },
  }

  test('stand on the overview with what came back, and go out again', async () => {
    const ehr = await openHospital({
      connect: () => ok(connector as Connector),
      connection: { baseUrl: 'https://ehr.example/fhir', push: ['Patient'] },
    })
    const courier = startCourier(await ehr.gateway.context(system()), () => () => {})
    await ehr.register()
    await courier.wake()
    const overview = await (await ehr.request('/console')).text()
    expect(overview).toContain('dead letters')
    expect(overview).toContain('No &lt;b&gt;Patients&lt;/b&gt; today.')
    const action = /action="(\/console\/deliveries\/[^"]+\/replay)"/.exec(overview)![1]!
    partner.refuses = false
    ehr.clock.advance(1000)
    const again = await ehr.request(action, { method: 'POST', headers: { origin: 'http://localhost' } })
    expect([again.status, again.headers.get('location')]).toEqual([303, '/console/deliveries'])
    await courier.wake()
    expect(partner.sent).toBe(2)
    expect(await (await ehr.request('/console')).text()).not.toContain('dead letters')
    await courier.stop()
    await ehr.stop()
  })
})
