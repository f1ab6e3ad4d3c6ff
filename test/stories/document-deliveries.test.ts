/** A document goes to a partner with its bytes: where they stand here means nothing there. */
import { afterEach, expect, it } from 'vitest'
import { marisol, part2, put, say } from '../support/coordination.ts'
import { drain } from '../support/outbox.ts'
import { type Told, tell } from '../support/partner.ts'

let told: Told
afterEach(() => told.end())

const words = Buffer.from('Sí, she went home.').toString('base64')
const letter = {
  clientId: 'cli-marisol',
  type: { system: 'http://loinc.org', code: '11506-3' },
  categories: [{ system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category', code: 'clinical-note' }],
  title: 'Letter',
  docStatus: 'final',
  author: { id: 'org-1', type: 'Organization' },
  original: { mime: 'text/plain', data: words },
}
const send = async (path: string, body: object, headers = {}) => {
  const answer = await say(told.gateway, 'POST', path, body, headers)
  await drain(told.gateway)
  return answer
}

it('as a plain connection has it, and changes of what is said of it leave them alone', async () => {
  told = await tell({ partner: 'plain', flavour: 'fhir-r4', push: ['Patient', 'DocumentReference'] })
  await put(told.gateway, marisol)
  const { status, body, etag } = await send('/coordination/documents', letter)
  expect(status, JSON.stringify(body)).toBe(201)
  const [there] = told.partner.all('DocumentReference')
  expect(there!.content).toMatchObject([{ attachment: { contentType: 'text/plain', data: words, title: 'Letter' } }])
  expect(JSON.stringify(there)).not.toContain('Binary/')

  const changed = await say(
    told.gateway,
    'PATCH',
    `/coordination/documents/${body.id}`,
    { description: 'Of 2 March' },
    { 'if-match': etag! },
  )
  expect(changed.status).toBe(200)
  await drain(told.gateway)
  expect(told.partner.all('DocumentReference')).toMatchObject([
    { description: 'Of 2 March', content: [{ attachment: { data: words } }] },
  ])
  expect([await told.dead(), await told.conflicts()]).toEqual([[], []])
})

it('as Oracle Health wants it', async () => {
  told = await tell({ partner: 'oracle-health', flavour: 'oracle-health', push: ['DocumentReference'] })
  await put(told.gateway, marisol)
  await send('/coordination/documents', letter)
  expect(await told.dead()).toEqual([])
  expect(told.partner.all('DocumentReference')).toMatchObject([
    { docStatus: 'final', content: [{ attachment: { contentType: 'text/plain;charset=utf-8', data: words } }] },
  ])
})

it('but for one that is kept elsewhere: its address goes as it is', async () => {
  told = await tell({ partner: 'plain', flavour: 'fhir-r4', push: ['DocumentReference'] })
  await put(told.gateway, marisol)
  const url = 'https://ehr.example/doc.pdf'
  await send('/coordination/documents', { ...letter, original: undefined, storageRef: url })
  expect(told.partner.all('DocumentReference')).toMatchObject([{ content: [{ attachment: { url } }] }])
})

it('but for one that is protected itself: its bytes stay here, whatever the paper that names it says', async () => {
  told = await tell({ partner: 'plain', flavour: 'fhir-r4', push: ['DocumentReference'] })
  await put(told.gateway, marisol)
  await put(told.gateway, { resourceType: 'Binary', id: 'bin-1', meta: part2, contentType: 'text/plain', data: words })
  await send('/coordination/documents', { ...letter, original: undefined, storageRef: 'Binary/bin-1' })
  expect(told.partner.all('DocumentReference')).toHaveLength(1)
  expect(JSON.stringify(told.partner.all('DocumentReference'))).not.toContain(words)
})
