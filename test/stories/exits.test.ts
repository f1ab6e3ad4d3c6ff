/**
 * Every way by which something leaves, and what leaves by it: a record under 42 CFR Part 2 goes to who has the right to such records and to
 * nobody else, in no answer, count, page, feed or file; what a therapist wrote for themselves goes to nobody at all.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Clinic, confided, openClinic, secret, type Who } from '../support/exits.ts'
import { unzip } from '../support/unzip.ts'

let clinic: Clinic
beforeAll(async () => {
  clinic = await openClinic()
})
afterAll(() => clinic.stop())

interface CarePlan {
  readonly meta: { readonly security?: readonly object[] }
  readonly addresses: readonly object[]
  readonly author?: object
}
type Exit = (who: Who) => Promise<string>

const body = (method: string, path: string, json?: unknown, headers: Record<string, string> = {}): Exit => {
  return async (who) =>
    (await clinic.ask(who, path.replace('{need}', clinic.need), { method, headers, ...(json !== undefined && { json }) })).text()
}
const get = (path: string, headers: Record<string, string> = {}): Exit => body('GET', path, undefined, headers)
/** What is asked for is repeated in an answer: only what was found counts. */
const found =
  (path: string): Exit =>
  async (who) => {
    const { total, entry = [] } = JSON.parse(await get(path)(who)) as { total?: number; entry?: unknown[] }
    return (total ?? entry.length) > 0 ? secret : ''
  }
/** Where the word stands, there is the secret. */
const telling =
  (word: string, exit: Exit): Exit =>
  async (who) =>
    (await exit(who)).includes(word) ? secret : ''
const bundle = (type: 'batch' | 'transaction', ...urls: string[]): Exit =>
  body('POST', '/fhir', { resourceType: 'Bundle', type, entry: urls.map((url) => ({ request: { method: 'GET', url } })) })
const fhir = { 'content-type': 'application/fhir+json' }
const merge = { 'content-type': 'application/merge-patch+json' }
const patch = { 'content-type': 'application/json-patch+json', prefer: 'return=representation' }

describe('of records under Part 2', () => {
  it.each<[exit: string, Exit]>([
    ['a read', get('/fhir/Condition/ned-1')],
    ['a read of a version', get('/fhir/Condition/ned-1/_history/1')],
    ['a version from before it was labelled', get('/fhir/Condition/ned-2/_history/1')],
    ['the history of one', get('/fhir/Condition/ned-2/_history')],
    ['the history of a type', get('/fhir/Condition/_history')],
    ['the history of all', get('/fhir/_history?_count=100')],
    ['the labels of one', telling('42CFRPart2', get('/fhir/Condition/ned-1/$meta'))],
    ['labels in use', telling('42CFRPart2', get('/fhir/Condition/$meta'))],
    ['a search', get('/fhir/Condition?_count=100')],
    ['a search in order', get('/fhir/Condition?_sort=-recorded-date')],
    ['a search over types', get('/fhir?_type=Condition,Observation')],
    [
      'a search by post',
      body('POST', '/fhir/Condition/_search', undefined, { 'content-type': 'application/x-www-form-urlencoded' }),
    ],
    ['a count', found(`/fhir/Condition?code=urn:s|${secret}&_summary=count`)],
    ['a total', found(`/fhir/Condition?code=urn:s|${secret}&_total=accurate`)],
    ['a search for words', found(`/fhir/Condition?_content=${secret}`)],
    ['a chain', found(`/fhir/CarePlan?condition.code=urn:s|${secret}`)],
    ['a chain back', found(`/fhir/Patient?_has:Observation:patient:code=urn:s|${secret}`)],
    ['a list', found('/fhir/Condition?_list=all')],
    ['what is included', get('/fhir/CarePlan?_include=CarePlan:condition')],
    ['what is included from there on', get('/fhir/List?_include=*&_include:iterate=*')],
    ['what refers to it', get('/fhir/Patient?_id=rosa&_revinclude=Condition:subject&_revinclude=Observation:subject')],
    ['what refers to it, of whatever type', get('/fhir/Patient?_id=rosa&_revinclude=*')],
    ['a compartment', get('/fhir/Patient/rosa/Condition')],
    ['a whole compartment', get('/fhir/Patient/rosa/*')],
    ['everything of hers', get('/fhir/Patient/rosa/$everything')],
    ['a batch', bundle('batch', 'Condition/ned-1', 'Condition')],
    ['a transaction', bundle('transaction', 'Condition', 'Condition/ned-2/_history')],
    ['an original', telling(btoa(secret), get('/fhir/Binary/bin-1', { accept: 'application/fhir+json' }))],
    ['an original in its own form', get('/fhir/Binary/bin-1', { accept: 'text/plain' })],
    ['the originals', telling(btoa(secret), get('/fhir/Binary'))],
    ['the history of originals', telling(btoa(secret), get('/fhir/Binary/_history'))],
    [
      'a conditional create',
      body(
        'POST',
        '/fhir/Condition',
        { resourceType: 'Condition', subject: { reference: 'Patient/rosa' } },
        { ...fhir, 'if-none-exist': '_id=ned-1', prefer: 'return=representation' },
      ),
    ],
    ['a patch', body('PATCH', '/fhir/Condition/ned-1', [{ op: 'test', path: '/resourceType', value: 'Condition' }], patch)],
    ['a list of the care team’s', get('/coordination/needs?client=rosa')],
    ['a member', get('/coordination/needs/ned-1')],
    ['a member’s measures', get('/coordination/progress?client=rosa')],
    ['the timeline', telling('ned-1', get('/coordination/clients/rosa/timeline'))],
    [
      'the answer to a change',
      body('PATCH', '/coordination/needs/{need}', { recordedOn: null }, { ...merge, 'if-match': 'W/"1"' }),
    ],
    ['the answer to an event', body('POST', '/coordination/needs/{need}/events', { type: 'confirm' })],
    ['the list of papers', get('/coordination/documents?client=rosa')],
    ['a paper', get('/coordination/documents/doc-1/content')],
    ['a plan as a document', get('/coordination/care-plans/cpl-1/pack')],
    ['slides for a conference', slides],
    ['a draft of a plan', draft],
    ['the billing feed', telling('F10.20', get('/billing/service-lines'))],
    ['the billing feed as CSV', telling('F10.20', get('/billing/service-lines', { accept: 'text/csv' }))],
    ['claims, or what they lack', telling('chg-1', get('/billing/837p', { accept: 'application/json' }))],
    ['a claim asked for by its line', telling('chg-1.', get('/billing/837p?lines=chg-1'))],
    ['the lines', telling('F10.20', get('/coordination/service-lines?client=rosa'))],
  ])('%s', async (_, exit) => {
    expect(await exit('clinic')).not.toContain(secret)
    expect(await exit('programme')).toContain(secret)
  })

  it.each<[exit: string, Exit]>([
    ['a read', get('/fhir/CarePlan/cpl-1')],
    ['a read of a version', get('/fhir/Encounter/ses-1/_history/1')],
    ['a part', get('/fhir/CarePlan/cpl-1?_elements=addresses')],
    ['a section of a document', get('/fhir/Composition/cmp-1')],
    ['the history of one', get('/fhir/Encounter/ses-1/_history')],
    ['the history of all', get('/fhir/_history?_count=100')],
    ['a search', get('/fhir/List')],
    ['a search over types', get('/fhir?_type=List,CarePlan')],
    ['a search for words', found(`/fhir/CarePlan?_content=${secret}`)],
    ['a search for a narrative', found(`/fhir/CarePlan?_text=${secret}`)],
    ['what is included', get('/fhir/Patient?_id=rosa&_revinclude=CarePlan:subject&_revinclude=Encounter:subject')],
    ['everything of hers', get('/fhir/Patient/rosa/$everything')],
    ['a batch', bundle('batch', 'CarePlan/cpl-1', 'List')],
    ['a transaction', bundle('transaction', 'CarePlan/cpl-1', 'Encounter/ses-1/_history')],
    [
      'a conditional create',
      body(
        'POST',
        '/fhir/CarePlan',
        { resourceType: 'CarePlan', status: 'active', intent: 'plan', subject: { reference: 'Patient/rosa' } },
        { ...fhir, 'if-none-exist': '_id=cpl-1', prefer: 'return=representation' },
      ),
    ],
    ['a member', get('/coordination/care-plans/cpl-1')],
    ['a list of members', get('/coordination/care-plans?client=rosa')],
    ['a search by an identifier beside a reference', found(`/fhir/CarePlan?condition:identifier=urn:s|${secret}`)],
  ])('what another record says of them, by %s', async (_, exit) => {
    expect(await exit('clinic')).not.toContain(secret)
    expect(await exit('programme')).toContain(secret)
  })

  it('what was left out is marked, and not written over by whoever was not shown it', async () => {
    const read = async (who: Who) => JSON.parse(await get('/fhir/CarePlan/cpl-1')(who)) as CarePlan
    const shown = await read('clinic')
    expect(shown.addresses).toEqual(['ned-open', 'ned-1', 'ned-2'].map((id) => ({ reference: `Condition/${id}` })))
    expect(shown.meta.security).toMatchObject([{ code: 'REDACTED' }])
    const { meta: _, ...bare } = shown
    const set = [{ op: 'copy', from: '/addresses/1/display', path: '/title' }]
    for (const [method, json, headers] of [
      ['PUT', { ...shown, title: 'x' }, fhir],
      ['PUT', { ...bare, title: 'x' }, fhir],
      ['PATCH', set, patch],
      ['PATCH', [{ op: 'test', path: '/addresses/1/display', value: 'x' }], patch],
    ] as const) {
      const answer = await clinic.ask('clinic', '/fhir/CarePlan/cpl-1', { method, json, headers })
      expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining('REDACTED')])
    }
    const over = await clinic.ask('programme', '/fhir/CarePlan/cpl-1', { method: 'PUT', json: shown, headers: fhir })
    expect(over.status).toBe(422)
    expect(await get('/fhir/CarePlan/cpl-1')('programme')).toContain(secret)
    const whole = await read('programme')
    const own = await clinic.ask('programme', '/fhir/CarePlan/cpl-1', {
      method: 'PUT',
      json: { ...whole, title: 'Still' },
      headers: fhir,
    })
    expect(own.status).toBe(200)
  })

  it('but a change on /coordination leaves it as it is', async () => {
    const path = '/coordination/care-plans/cpl-1'
    const better = {
      title: 'Better',
      kind: 'coordination',
      narrative: 'Together',
      period: { start: '2026-02-01' },
      goals: ['gol-1'],
    }
    for (const method of ['PATCH', 'PUT']) {
      const standing = await clinic.ask('clinic', path)
      const shown = (await standing.json()) as object
      expect(shown).toMatchObject({ author: { external: { url: 'Condition/ned-1' } } })
      const changed = await clinic.ask('clinic', path, {
        method,
        json: method === 'PUT' ? { ...shown, ...better } : better,
        headers: { ...(method === 'PATCH' && merge), 'if-match': standing.headers.get('etag') ?? '' },
      })
      const said = await changed.text()
      expect([changed.status, said.includes(secret)], said).toEqual([200, false])
      const whole = JSON.parse(await get('/fhir/CarePlan/cpl-1')('programme')) as CarePlan
      expect(JSON.stringify(whole.addresses).split(secret).length).toBeGreaterThan(3)
      expect(whole.author).toEqual({
        reference: 'Condition/ned-1',
        display: secret,
        identifier: { system: 'urn:s', value: secret },
      })
    }
  })

  it.each([
    'GET /fhir/Condition/ned-1',
    'GET /fhir/Condition/ned-1/_history/1',
    'GET /fhir/Condition/ned-1/_history',
    'GET /coordination/needs/ned-1',
    'DELETE /fhir/Condition/ned-1',
    'GET /fhir/Binary/bin-1',
  ])('whoever has no right cannot tell it from what is not there: %s', async (request) => {
    const [method = '', path = ''] = request.split(' ')
    const answers = await Promise.all(
      [path, path.replace(/(ned|bin)-1/, '$1-9')].map(async (url) => {
        const answer = await clinic.ask('clinic', url, { method })
        return [answer.status, (await answer.text()).replace(/(ned|bin)-\d/g, 'id'), [...answer.headers.keys()]]
      }),
    )
    expect(answers[0]).toEqual(answers[1])
  })

  it('nor does whoever has no right write over it', async () => {
    const over = { resourceType: 'Condition', id: 'ned-1', subject: { reference: 'Patient/rosa' }, code: { text: 'x' } }
    expect((await clinic.ask('clinic', '/fhir/Condition/ned-1', { method: 'PUT', headers: fhir, json: over })).status).toBe(404)
    expect(await get('/fhir/Condition/ned-1')('programme')).toContain(secret)
  })
})

/** Slides are kept as a document, whose bytes are a zip of XML. */
async function slides(who: Who): Promise<string> {
  const made = JSON.parse(await body('POST', '/coordination/care-plans/cpl-1/conference-packs', {})(who)) as { id: string }
  const content = await clinic.ask(who, `/coordination/documents/${made.id}/content`)
  const files = unzip(Buffer.from(await content.arrayBuffer()))
  return [...files.values()].join('\n')
}

/** A plan for the needs that are open. */
async function draft(who: Who): Promise<string> {
  const made = await body('POST', '/coordination/clients/rosa/care-plan-drafts', { author: { id: 'prc-1' } })(who)
  return made.includes(clinic.need) ? secret : ''
}

describe('of what a therapist wrote for themselves, and of anything for operators', () => {
  it.each([
    ...['/fhir/Condition/ned-3', '/fhir/Condition?_count=100', '/fhir/Condition/_history', '/fhir/_history?_count=100'],
    ...['/fhir/Patient/rosa/$everything', '/fhir/Patient/rosa/*', '/fhir/Encounter/ses-1', '/coordination/needs?client=rosa'],
    ...[
      '/coordination/needs/ned-3',
      '/coordination/sessions/ses-1',
      '/coordination/clients/rosa/timeline',
      '/billing/service-lines',
      '/billing/837p',
    ],
    '/coordination/care-plans/cpl-1/pack',
  ])('%s', async (path) => {
    for (const who of ['clinic', 'programme'] as const) {
      const text = await get(path)(who)
      expect(text).not.toContain(confided)
      expect(text).not.toContain('ned-3')
    }
  })

  it.each([
    ...['/metrics', '/console', '/console/follow-ups', '/console/billing', '/console/deliveries', '/console/messages'],
    ...['/console/mappings', '/console/mappings/need.condition', '/admin/deliveries', '/admin/messages', '/admin/conflicts'],
    ...['/admin/clients', '/admin/connections'],
  ])('%s', async (path) => {
    const answer = await clinic.ask('operator', path)
    expect(answer.status).toBe(200)
    const text = await answer.text()
    for (const word of [secret, confided]) expect(text).not.toContain(word)
  })

  it('the note is its author’s alone', async () => {
    const note = get('/coordination/sessions/ses-1/psychotherapy-note')
    expect(await note('programme')).toContain(confided)
    expect(await note('clinic')).not.toContain(confided)
  })

  it('the log says nothing of either', () => {
    const lines = JSON.stringify(clinic.gateway.log)
    for (const word of [secret, confided]) expect(lines).not.toContain(word)
  })
})
