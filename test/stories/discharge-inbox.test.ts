/** What an acknowledgement is worth: what is there after a restart, what is kept of a message that cannot be read, what a replay mends. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { isVisit, readV2 } from '../../mappings/hl7v2/reading.ts'
import { readMessage } from '../../src/hl7v2/message.ts'
import { corpora } from '../support/corpora.ts'
import { dischargeMessage, latin1 } from '../support/hl7v2.ts'
import { authority, type Hospital, openHospital } from '../support/hospital.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})
async function open(options: Parameters<typeof openHospital>[0] = {}): Promise<Hospital> {
  const hospital = await openHospital(options)
  toClose.push(() => hospital.stop())
  return hospital
}
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'handoff-'))
  toClose.push(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test('what was acknowledged is there after a restart: the stay, its diagnosis, its follow-ups, the message and its answer', async () => {
  const store = `sqlite:${folder()}`
  const before = await openHospital({ store })
  const client = await before.register()
  const answer = await before.post()
  expect(answer).toContain('\rMSA|AA|SB-1001')
  expect(await before.send({ MSH: { 10: 'SB-1002' }, PID: { 3: '1^^^STB' }, PV1: { 19: 'V2^^^STB' } })).toBe('AA')
  await before.stop()

  const after = await open({ store })
  const discharges = await after.list('discharges')
  expect(discharges.map((one) => [one.state, one.clientId]).sort()).toEqual(
    [
      ['notified', undefined],
      ['obligations-created', client],
    ].sort(),
  )
  for (const { wrote } of await after.messages()) {
    expect(wrote.length).toBeGreaterThan(0)
    for (const reference of wrote) expect(await after.resource(reference)).toMatchObject({ id: reference.split('/')[1] })
  }
  expect(await after.list('follow-ups')).toHaveLength(3)
  expect(await after.post()).toBe(answer)
})

describe('answers that are no AA', () => {
  test('AE keeps the bytes, whatever they are, with what is wrong at its place', async () => {
    const hospital = await open()
    const answer = await hospital.post({ PID: { 3: '778812' }, PV1: undefined })
    expect(answer).toContain('\rMSA|AE|SB-1001')
    expect(answer).toContain('PID^1^3^1^4')
    const [held] = await hospital.messages()
    expect(held).toMatchObject({ state: 'held', wrote: [] })
    expect(held!.issues.map((issue) => issue.path)).toEqual(['PID-3.4', 'PV1'])
    expect(held!.raw).toBe(dischargeMessage({ PID: { 3: '778812' }, PV1: undefined }))
  })

  test.each([
    ['nothing', ''],
    ['words', 'good morning'],
    ['a header alone', 'MSH|^~\\&|CAREADT|STBRENDAN'],
    ['separators that are one', 'MSH|||||||||\rPID|1\r'],
    ['a batch', `FHS|^~\\&\rBHS|^~\\&\r${dischargeMessage()}BTS|1\r`],
    ['two messages', dischargeMessage() + dischargeMessage()],
    ['no control id', dischargeMessage({ MSH: { 10: '' } })],
    ['no patient', dischargeMessage({ PID: undefined })],
    ['no event', dischargeMessage({ MSH: { 9: 'ADT' }, EVN: { 1: '' } })],
  ])('%s', async (_, text) => {
    const hospital = await open()
    expect(await hospital.post(text)).toMatch(/\rMSA\|AE\|/)
    expect(await hospital.messages('?state=held')).toHaveLength(1)
    expect(await hospital.list('discharges')).toEqual([])
  })

  test.each([
    ['another message type', { MSH: { 9: 'MDM^T02^MDM_T02' } }],
    ['another event', { MSH: { 9: 'ADT^A60^ADT_A60' }, EVN: { 1: 'A60' } }],
    ['another version', { MSH: { 12: '3.0' } }],
  ])('AR for %s: nothing is kept', async (_, changes) => {
    const hospital = await open()
    expect(await hospital.send(changes)).toBe('AR')
    expect(await hospital.messages()).toEqual([])
  })

  test('enhanced mode is answered in its own words', async () => {
    const hospital = await open()
    expect(await hospital.send({ MSH: { 15: 'AL', 16: 'NE' } })).toBe('CA')
    expect(await hospital.send({ MSH: { 10: 'SB-2', 15: 'AL' }, PV1: undefined })).toBe('CE')
  })

  test('training and debugging never reach the records', async () => {
    const hospital = await open()
    await hospital.register()
    for (const processing of ['T', 'D'])
      expect(await hospital.send({ MSH: { 10: `SB-${processing}`, 11: processing } })).toBe('AA')
    expect((await hospital.messages()).map((one) => one.state)).toEqual(['test', 'test'])
    expect(await hospital.search('Encounter')).toEqual([])
  })

  test('oddities that do no harm: LF, Z segments, other separators, Latin-1', async () => {
    const hospital = await open()
    await hospital.register()
    const odd = dischargeMessage({ MSH: { 10: 'SB-odd', 18: '8859/1' }, ZPD: { 1: 'x' }, PV1: { 7: '^MÜLLER^JÖRG' } }).replaceAll(
      '\r',
      '\n',
    )
    const swapped = odd.replaceAll('^', '$').replaceAll('|', '!')
    const answer = await hospital.request('/hl7v2', {
      method: 'POST',
      headers: { 'content-type': 'x-application/hl7-v2+er7' },
      body: latin1(swapped),
    })
    expect(answer.headers.get('content-type')).toBe('x-application/hl7-v2+er7')
    expect(await answer.text()).toContain('\rMSA!AA!SB-odd')
    expect((await hospital.list('discharges'))[0]).toMatchObject({
      attending: { external: { display: expect.stringContaining('MÜLLER') } },
      state: 'obligations-created',
    })
  })
})

describe('a replay', () => {
  test('reads the text anew once the connection is known, and writes it once', async () => {
    const hospital = await open({ connection: null })
    await hospital.register()
    expect(await hospital.send({ PID: { 3: '778812^^^STB^MR' } })).toBe('AA')
    expect((await hospital.list('discharges'))[0]).toMatchObject({
      state: 'notified',
      visitNumber: { system: 'urn:handoff:authority:STB' },
    })
    const [message] = await hospital.messages()
    const json = {
      name: 'st-brendan',
      kind: 'hospital',
      timeZone: 'America/New_York',
      senders: [{ application: 'CAREADT' }],
      assigningAuthorities: { STB: authority },
    }
    await hospital.admin('connections', { method: 'POST', json })

    for (let again = 0; again < 2; again++) {
      const replayed = await hospital.admin(`messages/${message!.id}/replay`, { method: 'POST' })
      expect(replayed.status).toBe(200)
      expect(await replayed.json()).toMatchObject({ state: 'applied' })
    }
    expect(await hospital.list('discharges')).toMatchObject([
      { state: 'obligations-created', visitNumber: { system: authority } },
    ])
    expect(await hospital.list('follow-ups')).toHaveLength(3)
  })

  test('of what still cannot be read stays held; of what is no message is 404', async () => {
    const hospital = await open()
    await hospital.send({ PV1: undefined })
    const [message] = await hospital.messages()
    expect(await (await hospital.admin(`messages/${message!.id}/replay`, { method: 'POST' })).json()).toMatchObject({
      state: 'held',
    })
    expect((await hospital.admin('messages/none/replay', { method: 'POST' })).status).toBe(404)
  })

  test('of a message whose id is another one’s is refused', async () => {
    const hospital = await open()
    await hospital.send()
    await hospital.send({ PV1: { 36: '20' } })
    const [held] = await hospital.messages('?state=held')
    expect((await hospital.admin(`messages/${held!.id}/replay`, { method: 'POST' })).status).toBe(409)
  })
})

describe.skipIf(corpora === undefined)('messages of the corpora (needs CORPORA)', () => {
  test('every one gets a truthful answer: what is readable has its resources, the rest is kept with its issues', {}, async () => {
    const hospital = await open()
    const tally: Record<string, number> = {}
    for (const { name, content } of messageFiles()) {
      const readable = readMessage(content)
      const expected = readable.ok ? readV2(readable.value) : readable
      const answer = await hospital.request('/hl7v2', {
        method: 'POST',
        headers: { 'content-type': 'application/hl7-v2' },
        body: content,
      })
      expect(answer.status, name).toBe(200)
      const code = /\rMSA.([AC][AER])/.exec(await answer.text())?.[1] ?? 'none'
      // Nobody is registered: a message about a person alone, an appointment or results, is about nobody.
      const isUnknown = expected.ok && !isVisit(expected.value) && !expected.value.test
      const wanted = isUnknown ? 'E' : expected.ok ? 'A' : expected.problem.code === 'not-supported' ? 'R' : 'E'
      expect(code[1], `${name}: ${JSON.stringify(expected.ok || expected.problem.issues)}`).toBe(wanted)
      tally[wanted] = (tally[wanted] ?? 0) + 1
      if (wanted === 'R') continue
      const [message] = await hospital.messages('?limit=1')
      if (wanted === 'E') expect(message, name).toMatchObject({ state: 'held' })
      else if (message!.state !== 'test')
        for (const reference of message!.wrote) expect(await hospital.resource(reference), name).toHaveProperty('id')
    }
    expect(tally.A).toBeGreaterThan(30)
    expect(await hospital.search('Patient')).toEqual([])
  })
})

/** Control ids are made unique: the samples use the same ones over and over. */
function messageFiles(): { name: string; content: Uint8Array<ArrayBuffer> }[] {
  const root = join(corpora!, '3_hl7v2')
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(hl7|txt|er7)$/.test(name))
  return names.sort().flatMap((name, i) => {
    const content = readFileSync(join(root, name))
    const text = content.toString('latin1')
    const header = /MSH.[^\r\n]*/.exec(text)?.[0]
    const separator = header?.[3]
    if (!header || separator === undefined || !header.split(separator)[8]?.match(/^(ADT|SIU|ORU)/)) return []
    const fields = header.split(separator)
    if (fields[9]) fields[9] = `UNIQUE${i}`
    return [{ name, content: latin1(text.replace(header, fields.join(separator))) }]
  })
}
