/**
 * A message behind a link is for whom it was written to, but nobody is told by it what takes a consent of the client's: an organization is
 * told of the work that it is asked to do, a mother what is not protected from her. Everybody is invented.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { label } from '../support/consent-story.ts'
import { event, make, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { bearer, mailed, meet, opens, queued, refers, rosa, signs, toPantry } from '../support/link-story.ts'
import { type MailServerForTests, startMailServer } from '../support/mail-server.ts'

const words = 'Rosa comes to the group on Tuesdays.'
const part2 = { legalBasis: ['42CFRPart2'], sensitivity: ['SUD'] }
const wrong = [422, expect.stringContaining('about is one message')]
let server: MailServerForTests
let gateway: TestGateway
let toAna: { to: readonly object[] }
beforeEach(async () => {
  server = await startMailServer()
  gateway = await startGateway({ allowTargets: [server.target] })
  await meet(gateway, server)
  const ana = await make(gateway, 'related-persons', {
    ...{ clientId: 'cli-rosa', names: [{ family: 'Quintero', given: ['Ana'] }], relationship: [{ text: 'mother' }] },
    authority: ['parent', 'guardian'],
    contacts: [{ system: 'email', value: 'ana@home.example' }],
  })
  toAna = { to: [{ id: ana, type: 'RelatedPerson' }] }
})
afterEach(async () => {
  await gateway.stop()
  await server.close()
})

/** Said on the portal; its reference. */
async function told(changes: object = {}): Promise<string> {
  const id = await make(gateway, 'communications', {
    ...{ clientId: 'cli-rosa', direction: 'out', channel: 'portal', from: { id: 'org-harbor', type: 'Organization' } },
    ...{ to: [{ id: 'cli-rosa', type: 'Patient' }], category: 'notification', classification: 'phi', body: words },
    ...changes,
  })
  await event(gateway, `communications/${id}`, 'send')
  return `Communication/${id}`
}
const linked = async (about: string, to: object = {}): Promise<string> =>
  mailed(gateway, server, await bearer(gateway, about, to))
const refused = async (about: string, to: object = {}) => queued(gateway, await bearer(gateway, about, to))
const read = async (path: string) => {
  const { status, text } = await opens(gateway, path)
  return [status, text.includes(words)]
}
const relabelled = async (about: string, ...codes: string[]) => {
  const { body } = await say(gateway, 'GET', `/fhir/${about}`)
  await put(gateway, { ...body, meta: { security: codes.map(label) } })
}

it('tells an organization nothing: its link leads to the work that it is asked to do', async () => {
  expect(await refused(await told(toPantry), toPantry)).toEqual(wrong)
})

it('a therapist’s notes are read by nobody, whoever had the link before they were labelled', async () => {
  const about = await told()
  const path = await linked(about)
  expect(await read(path)).toEqual([200, true])
  await relabelled(about, 'PSYTHPN')
  expect(await read(path)).toEqual([410, false])
})

describe('what is under Part 2', () => {
  it('is read by the client', async () => {
    expect(await read(await linked(await told(part2)))).toEqual([200, true])
  })

  it('is not by her mother, whom the rest is told', async () => {
    const about = await told(toAna)
    const path = await linked(about, toAna)
    expect(await read(path)).toEqual([200, true])
    await relabelled(about, '42CFRPart2')
    expect(await read(path)).toEqual([410, false])
    expect(await refused(await told({ ...toAna, ...part2 }), toAna)).toEqual(wrong)
  })

  it('is read by the guardian of an adult, and of a minor by no parent: neither a message nor what became of a referral', async () => {
    const referral = await refers(gateway, await signs(gateway), part2)
    await put(gateway, { ...rosa, birthDate: '2010-05-01' })
    const about = await told({ ...toAna, ...part2 })
    expect(await refused(about, toAna)).toEqual(wrong)
    expect(await refused(`ServiceRequest/${referral}`, toAna)).toEqual([422, expect.stringContaining('about is one referral')])
    const client = await say(gateway, 'GET', '/coordination/clients/cli-rosa')
    const adult = { ...client.body, birthDate: '1990-04-02', legalStatus: 'guardian-adult', gender: 'female' }
    const grown = await say(gateway, 'PUT', '/coordination/clients/cli-rosa', adult, { 'if-match': client.etag })
    expect(grown.status, JSON.stringify(grown.body)).toBe(200)
    expect(await read(await linked(about, toAna))).toEqual([200, true])
  })
})
