/** Conflicts in the console: what both sides say, and forms that settle them field by field. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exactNumber } from '../../src/fhir/exact.ts'
import { fetching, marisol, put, say } from '../support/coordination.ts'
import { adminToken, local, startGateway } from '../support/gateway.ts'
import { drain } from '../support/outbox.ts'
import { type Told, tell } from '../support/partner.ts'

let told: Told
beforeEach(async () => {
  told = await tell({ partner: 'Northwind', flavour: 'fhir-r4', push: ['Patient', 'Task'], pull: ['Patient', 'Task'] })
  await told.send(marisol, task)
  told.gateway.clock.advance(60_000)
})
afterEach(() => told.end())

const task = { ...fetching, input: [{ type: { text: 'weight' }, valueDecimal: 1 }] }
const weighs = (text: string) => [{ type: { text: 'weight' }, valueDecimal: exactNumber(text) }]
const write = (change: object) => put(told.gateway, { ...task, ...change })
const here = async () => (await told.gateway.request('/fhir/Task/tsk-1')).text()
const there = () => told.partner.all('Task')[0]!

/** Both sides have changed the description and the weight. */
async function contested(theirs: object, ours: object): Promise<string> {
  told.partner.edit('Task', there().id, (one) => ({ ...one, ...theirs }))
  await write(ours)
  await told.pull()
  await drain(told.gateway)
  return `/console/conflicts/${(await told.conflicts())[0]!.id}`
}
const both = () =>
  contested({ description: 'One <b>parcel</b>', input: weighs('2') }, { description: 'Two parcels', input: weighs('3.50') })

const page = async (path: string) => {
  const answer = await told.gateway.request(path)
  const text = await answer.text()
  expect(answer.status, text).toBe(200)
  return text
}
const seenIn = (text: string) => /name="seen" value="([0-9a-f]+)"/.exec(text)![1]!
/** As a browser posts the form. */
const post = (path: string, fields: Readonly<Record<string, string>>, origin = 'http://localhost') =>
  told.gateway.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin },
    body: new URLSearchParams(fields).toString(),
  })

describe('the list', () => {
  it('tells of conflicts by ids and names alone, and leads to each', async () => {
    expect(await page('/console/conflicts')).toContain('Both sides agree.')
    const path = await both()
    for (const board of ['/console', '/console/conflicts']) {
      const text = await page(board)
      for (const part of ['Task/tsk-1', 'description, input', `href="${path}"`]) expect(text).toContain(part)
      expect(text).not.toMatch(/parcel|3\.50/i)
    }
  })
})

describe('a conflict', () => {
  it('shows what both sides say, as text, and names each control', async () => {
    const text = await page(await both())
    for (const part of ['Two parcels', 'One &lt;b&gt;parcel&lt;/b&gt;', '3.50', '<legend>description</legend>'])
      expect(text).toContain(part)
    expect(text).not.toMatch(/<script|<b>|\son[a-z]+=/i)
    expect(text.match(/<h1>/g)).toHaveLength(1)
    for (const [input] of text.matchAll(/<(?:input|textarea) [^>]*>/g)) expect(input).toMatch(/aria-label="[^"]+"|type="hidden"/)
  })

  it('is settled field by field, by ours and by another value to its digit', async () => {
    const path = await both()
    const first = await post(path, { seen: seenIn(await page(path)), 'choice.description': 'ours', 'choice.input': '' })
    expect([first.status, first.headers.get('location')]).toEqual([303, path])
    const rest = await page(path)
    expect(rest).not.toContain('<legend>description')
    const another = JSON.stringify(weighs('4.250'))
    const last = await post(path, {
      seen: seenIn(rest),
      'choice.input': 'another',
      'value.input': another,
      'form.input': 'json',
    })
    expect([last.status, last.headers.get('location')]).toEqual([303, '/console/conflicts'])
    await drain(told.gateway)
    expect(await here()).toContain('4.250')
    expect(there()).toMatchObject({ description: 'Two parcels', input: [{ valueDecimal: 4.25 }] })
    expect(await told.conflicts()).toEqual([])
    expect((await told.gateway.request(path)).status).toBe(404)
  })

  it('is settled by theirs, and by words of one’s own', async () => {
    const path = await both()
    const seen = seenIn(await page(path))
    const own = { 'choice.description': 'another', 'value.description': 'Three parcels', 'form.description': 'text' }
    expect((await post(path, { seen, ...own, 'choice.input': 'theirs' })).status).toBe(303)
    await drain(told.gateway)
    expect(await here()).toContain('Three parcels')
    expect(there()).toMatchObject({ description: 'Three parcels', input: [{ valueDecimal: 2 }] })
  })

  it('is not settled by a page that shows what is no longer so', async () => {
    const path = await both()
    const seen = seenIn(await page(path))
    await write({ description: 'Four parcels', input: weighs('3.50') })
    const refused = await post(path, { seen, 'choice.description': 'ours' })
    expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining('look at it again')])
    expect(await page(path)).toContain('Four parcels')
    expect(await told.conflicts()).toHaveLength(1)
  })

  it.each<[string, Record<string, string>, number]>([
    ['nothing', {}, 400],
    ['a choice that is none', { 'choice.description': 'mine' }, 400],
    ['no JSON', { 'choice.input': 'another', 'value.input': '[', 'form.input': 'json' }, 400],
    ['more than a value', { 'choice.input': 'another', 'value.input': '5,"x":6', 'form.input': 'json' }, 400],
    ['a value of another kind', { 'choice.description': 'another', 'value.description': '5', 'form.description': 'json' }, 400],
    ['what it is not about', { 'choice.status': 'ours' }, 400],
  ])('stays open where %s is chosen', async (_, choices, status) => {
    const path = await both()
    const refused = await post(path, { seen: seenIn(await page(path)), ...choices })
    expect([refused.status, await refused.text()]).toEqual([status, expect.stringContaining('That did not work')])
    expect(await told.conflicts()).toMatchObject([{ elements: ['description', 'input'] }])
  })

  it('is settled by pages of the console alone', async () => {
    const path = await both()
    const fields = { seen: seenIn(await page(path)), 'choice.description': 'ours' }
    for (const origin of ['null', 'https://evil.example']) expect((await post(path, fields, origin)).status).toBe(403)
    expect((await post('/console/conflicts/cfl-none', fields)).status).toBe(404)
    const strict = await startGateway({ auth: 'smart' })
    const password = `Basic ${btoa(`operator:${adminToken}`)}`
    for (const of of ['/console/conflicts', '/console/conflicts/cfl-none']) {
      expect((await strict.request(of)).status).toBe(401)
      expect((await strict.request(of, { headers: { authorization: password } })).status).toBe(of.endsWith('none') ? 404 : 200)
    }
    await strict.stop()
  })

  it('is neither shown nor settled by whoever may not see what it is about', async () => {
    const path = await both()
    const security = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'V' }]
    await write({ description: 'Two parcels', input: weighs('3.50'), meta: { security } })
    const desk = await told.gateway.gateway.desk(local({ patients: 'all' }))
    const id = path.split('/').at(-1)!
    const shown = await desk.showConflict(id)
    expect(shown).toMatchObject({ ok: true, value: { withheld: true } })
    expect(JSON.stringify([shown, await desk.listConflicts()])).not.toMatch(/parcel|3\.50/)
    expect(await desk.resolveConflict(id, { fields: { description: 'ours' } })).toMatchObject({
      ok: false,
      problem: { code: 'forbidden' },
    })
    expect(await page(path)).toContain('3.50')
  })

  it('of what the partner has deleted is settled by a word', async () => {
    told.partner.remove('Task', there().id)
    await write({ description: 'Two parcels' })
    await drain(told.gateway)
    const path = `/console/conflicts/${(await told.conflicts())[0]!.id}`
    expect(await page('/console/conflicts')).toContain('deleted there')
    const text = await page(path)
    expect(text).toContain('has deleted it')
    expect((await post(path, { seen: seenIn(text), 'choice.record': 'theirs' })).status).toBe(303)
    expect((await told.gateway.request('/fhir/Task/tsk-1')).status).toBe(410)
  })

  it('of what was deleted here meanwhile is closed by that', async () => {
    const path = await both()
    const seen = seenIn(await page(path))
    await say(told.gateway, 'DELETE', '/fhir/Task/tsk-1')
    expect((await post(path, { seen, 'choice.description': 'theirs' })).status).toBe(404)
    expect(await told.conflicts()).toEqual([])
  })
})

it('a page of a partner tells how it is spoken to, and what the newest comparison found', async () => {
  const { auth: _, ...connection } = (await say(told.gateway, 'GET', '/admin/connections/partner')).body
  const secret = { auth: { type: 'bearer', token: 'not-to-be-shown' }, reconcileHours: 6, pollSeconds: 30 }
  await say(told.gateway, 'PUT', '/admin/connections/partner', { ...connection, ...secret })
  expect(await page('/console')).toContain('href="/console/connections/partner"')
  const text = await page('/console/connections/partner')
  for (const part of ['bearer', 'every 6 h', 'every 30 s', 'have not been compared']) expect(text).toContain(part)
  expect(text).not.toContain('not-to-be-shown')
  expect((await told.gateway.request('/console/connections/nobody')).status).toBe(404)
})
