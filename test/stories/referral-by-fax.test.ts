/**
 * The pantry has a fax and a telephone. A person prints a sheet and faxes it; on it stands the address at which the pantry answers from any
 * telephone with a browser, once it was told the code. Everybody is invented.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { registerClient, type TestClient } from '../support/client.ts'
import { account, drinking, revokes } from '../support/consent-story.ts'
import { event, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { answers, bearer, code, hunger, meet, opens, pantry, queued, refers, signs, toPantry } from '../support/link-story.ts'

let gateway: TestGateway
let consent: string
let referral: string
let fax: string
const asFax = { ...toPantry, channel: 'fax', classification: 'phi' }
beforeEach(async () => {
  gateway = await startGateway({ hasSockets: false })
  await meet(gateway)
  consent = await signs(gateway)
  referral = await refers(gateway, consent)
  fax = await bearer(gateway, `ServiceRequest/${referral}`, asFax)
})
afterEach(() => gateway.stop())

const sheet = async () => {
  const answer = await gateway.request(`/coordination/${fax}/sheet`)
  return { status: answer.status, text: await answer.text(), headers: answer.headers }
}
const addressOn = ({ text }: { text: string }) => /http:\/\/localhost(\/messages\/[0-9A-Z-]+)/.exec(text)![1]!
const state = async () => (await say(gateway, 'GET', `/coordination/referrals/${referral}`)).body.state
const told = async () => (await account(gateway)).map(({ resources: [one], method, result }) => [one.type, method, result])
const all = (result: string) => ['ServiceRequest', 'Task', 'Patient', 'Condition'].map((type) => [type, 'fax', result])

it('is printed, faxed, and answered at the address on the sheet, at the edge, too, where no mail leaves', async () => {
  await event(gateway, fax, 'queue', { code })
  const printed = await sheet()
  expect([printed.status, printed.headers.get('cache-control')]).toEqual([200, 'no-store'])
  const [cover, rest] = printed.text.split('class="asked"') as [string, string]
  for (const words of ['Harvest Pantry', '555-0190', 'Harbor Street Counseling', 'Confidential']) expect(cover).toContain(words)
  for (const own of ['Rosa', 'Food', 'meals']) expect(cover).not.toContain(own)
  for (const words of ['Food box', 'Skips meals', 'Rosa Quintero', '555-0101']) expect(rest).toContain(words)
  expect(printed.text).not.toContain(code)
  expect(await told()).toEqual(all('pending'))
  await event(gateway, fax, 'send')
  expect(await told()).toEqual(all('sent'))

  const path = addressOn(printed)
  expect(path).toMatch(/^\/messages(?:[/-][0-9A-HJKMNP-TV-Z]{4}){3}$/)
  const opened = await opens(gateway, path.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l'))
  const accepted = await answers(gateway, path, opened, { event: 'accept' })
  expect([accepted.status, await state()]).toEqual([200, 'accepted'])
  expect(
    (
      await opens(
        gateway,
        path.replace(/.$/, (one) => (one === '7' ? '8' : '7')),
      )
    ).status,
  ).toBe(404)
})

it('is printed as often as wanted, with the same address, and told once', async () => {
  await event(gateway, fax, 'queue', { code })
  expect(addressOn(await sheet())).toBe(addressOn(await sheet()))
  expect(await told()).toHaveLength(4)
})

it('that did not go through was told nobody; sent again it was', async () => {
  await event(gateway, fax, 'queue', { code })
  await sheet()
  await event(gateway, fax, 'fail', { reason: 'No answer' })
  expect(await told()).toEqual(all('failed'))
  expect((await sheet()).status).toBe(422)
  await event(gateway, fax, 'retry')
  await sheet()
  await event(gateway, fax, 'send')
  expect(await told()).toEqual(all('sent'))
  await event(gateway, fax, 'mark-error', { reason: 'Wrong pantry' })
  expect(await told()).toEqual(all('sent'))
})

it('whose code has changed is closed to whoever had opened it by the former', async () => {
  await event(gateway, fax, 'queue', { code })
  const path = addressOn(await sheet())
  const opened = await opens(gateway, path)
  await event(gateway, fax, 'fail', { reason: 'The code was overheard' })
  await event(gateway, fax, 'retry', { code: 'birch-1903' })
  expect((await answers(gateway, path, opened, { event: 'accept' })).status).toBe(410)
  expect([(await opens(gateway, path)).status, (await opens(gateway, path, 'birch-1903')).status]).toEqual([403, 200])
  expect(await state()).toBe('received')
})

it('of a record under Part 2 bears the notice on redisclosure, on the cover and on the page', async () => {
  const { body } = await say(gateway, 'GET', `/fhir/ServiceRequest/${referral}`)
  await put(gateway, { ...body, meta: { ...body.meta, security: drinking().meta.security } })
  expect(await queued(gateway, fax)).toEqual([422, 'about is told this organization by no consent in force'])
  await signs(gateway, {
    kind: 'part2-specific',
    content: { narrative: 'All of it', sensitivities: ['SUD'] },
    redisclosureNotice: { id: 'statement-2' },
  })
  await event(gateway, fax, 'queue', { code })
  const [cover, rest] = (await sheet()).text.split('class="asked"') as [string, string]
  const notice = '42 CFR part 2 prohibits unauthorized use or disclosure of these records.'
  expect([cover.includes(notice), rest.includes(notice)]).toEqual([true, true])
  expect([cover.includes('All of it'), rest.includes('All of it')]).toEqual([false, true])
})

describe('there is no sheet', () => {
  const refused = async () => {
    const { status, text } = await sheet()
    return [status, JSON.parse(text).code]
  }
  it('before it was queued with a code, nor once it was sent', async () => {
    expect(await refused()).toEqual([422, 'rule-broken'])
    await event(gateway, fax, 'queue', { code })
    await sheet()
    await event(gateway, fax, 'send')
    expect(await refused()).toEqual([422, 'rule-broken'])
  })

  it('once she takes her consent back, and none is told to be sent that was not printed', async () => {
    await event(gateway, fax, 'queue', { code })
    await revokes(gateway, consent)
    expect([await refused(), await told()]).toEqual([[422, 'guard-failed'], []])
    const sent = await say(gateway, 'POST', `/coordination/${fax}/events`, { type: 'send' })
    expect([sent.status, sent.body.issues]).toEqual([
      422,
      [{ path: 'channel', message: expect.stringContaining('print the sheet first') }],
    ])
  })

  it('of another communication, or of none', async () => {
    fax = await bearer(gateway, `ServiceRequest/${referral}`, toPantry)
    expect(await refused()).toEqual([422, 'rule-broken'])
    fax = 'communications/none'
    expect(await refused()).toEqual([404, 'not-found'])
  })

  it('that says it tells of nobody', async () => {
    fax = await bearer(gateway, `ServiceRequest/${referral}`, { ...asFax, classification: 'generic' })
    expect(await queued(gateway, fax)).toEqual([422, expect.stringContaining('classification is phi or sensitive')])
  })
})

it('whose number nobody has on record is dialled by whoever knows it', async () => {
  const { telecom: _, ...unlisted } = pantry
  await put(gateway, unlisted)
  await event(gateway, fax, 'queue', { code })
  expect((await sheet()).text).toContain('<dt>Fax number</dt><dd>________________</dd>')
})

describe('is for those alone', () => {
  const scope = 'system/*.cruds'
  beforeEach(async () => {
    await gateway.stop()
    gateway = await startGateway({ auth: 'smart', hasSockets: false })
  })
  const as = async (client: TestClient, wanted = scope): Promise<TestGateway> => {
    const bearer = await client.bearer(wanted)
    const request: TestGateway['request'] = (path, init = {}) =>
      gateway.request(path, { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), ...bearer } })
    return { ...gateway, request }
  }

  it('who may read all that stands on it', async () => {
    const client = await registerClient(gateway, scope)
    const status = async (wanted: string) =>
      (await (await as(client, wanted)).request('/coordination/communications/none/sheet')).status
    expect(await status('system/Communication.r system/ServiceRequest.r system/Task.r system/Condition.r')).toBe(403)
    expect(await status('system/*.r')).toBe(404)
  })

  it('who have the right to it: others print what they may know of', async () => {
    const programme = await as(await registerClient(gateway, scope, { protected_records: true }))
    const clinic = await as(await registerClient(gateway, scope))
    await meet(programme)
    await put(programme, { ...hunger, meta: drinking().meta })
    referral = await refers(programme, await signs(programme))
    const part2 = { kind: 'part2-specific', content: { narrative: 'All', sensitivities: ['SUD'] } }
    await signs(programme, { ...part2, redisclosureNotice: { id: 'statement-1' } })
    fax = await bearer(programme, `ServiceRequest/${referral}`, asFax)
    await event(programme, fax, 'queue', { code })
    const printed = async (who: TestGateway) => (await who.request(`/coordination/${fax}/sheet`)).text()
    const words = ['Food box', 'Skips meals', '42 CFR part 2']
    const [theirs, others] = [await printed(programme), await printed(clinic)]
    expect(words.map((word) => [theirs.includes(word), others.includes(word)])).toEqual([
      [true, true],
      [true, false],
      [true, false],
    ])
    const { body } = await say(programme, 'GET', `/fhir/ServiceRequest/${referral}`)
    await put(programme, { ...body, meta: { ...body.meta, security: drinking().meta.security } })
    for (const [who, status] of [
      [clinic, 422],
      [programme, 200],
    ] as const) {
      const made = await bearer(who, `ServiceRequest/${referral}`, asFax)
      expect((await say(who, 'POST', `/coordination/${made}/events`, { type: 'queue', code })).status).toBe(status)
    }
  })
})
