/** The examples of FHIR R4 (where the corpora are present), put by their ids, and then looked for in every way. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memberNamed, parseTree, printTree } from '../../src/fhir/tree.ts'
import { corpora } from '../support/corpora.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

interface Example {
  readonly type: string
  readonly id: string
  readonly text: string
}

function examples(): Example[] {
  const folder = join(corpora!, '1_igs/hl7.fhir.r4.examples-4.0.1')
  const texts = readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
  return texts.flatMap((text) => {
    const { resourceType, id } = JSON.parse(text) as { resourceType?: string; id?: string }
    return resourceType !== undefined && id !== undefined ? [{ type: resourceType, id, text: text.trim() }] : []
  })
}

/** All but `meta`, byte for byte. */
function withoutMeta(text: string): string {
  const tree = parseTree(text)
  if (tree.kind !== 'object') return text
  return printTree({ ...tree, members: tree.members.filter(({ name }) => name !== 'meta') })
}

describe.skipIf(corpora === undefined)('the examples of R4 (needs CORPORA)', () => {
  let gateway: TestGateway
  const taken: Example[] = []
  const refused: Record<string, string> = {}

  beforeAll(async () => {
    gateway = await startGateway()
    const all = examples()
    for (let from = 0; from < all.length; from += 50) {
      const some = all.slice(from, from + 50)
      const entries = some.map(
        ({ type, id, text }) => `{"resource":${text},"request":{"method":"PUT","url":${JSON.stringify(`${type}/${id}`)}}}`,
      )
      const body = `{"resourceType":"Bundle","type":"batch","entry":[${entries}]}`
      const answer = await gateway.request('/fhir', {
        method: 'POST',
        headers: { 'content-type': 'application/fhir+json' },
        body,
      })
      const { entry } = (await answer.json()) as {
        entry: { response: { status: string; outcome?: { issue: { diagnostics: string }[] } } }[]
      }
      for (const [i, { response }] of entry.entries()) {
        const example = some[i]!
        if (response.status.startsWith('201')) taken.push(example)
        else refused[`${example.type}/${example.id}`] = response.outcome?.issue[0]?.diagnostics ?? response.status
      }
    }
  })
  afterAll(() => gateway.stop())

  it('are taken, but for those that break a rule', () => {
    expect(taken.length).toBeGreaterThan(300)
    expect(refused).toEqual({
      // Their narrative is a div with white space in it.
      'ActivityDefinition/blood-tubes-supply': 'The narrative SHALL have some non-whitespace content (txt-2)',
      'EventDefinition/example': 'The narrative SHALL have some non-whitespace content (txt-2)',
      // They refer to what these elements do not provide for: an Organization is asked to dispense, an Encounter performs nothing.
      'MedicationRequest/medrx0301': expect.stringContaining('not to Practitioner'),
      'Observation/clinical-gender': expect.stringContaining('not to Encounter'),
      // Its items take their linkIds from definitions, which R4 does not provide for.
      'Questionnaire/qs1': 'is required',
    })
  })

  it('are served byte for byte but for meta, by read, by version and in the history', async () => {
    const other: string[] = []
    // The bytes of a document come in their own form otherwise.
    const inFhir = { headers: { accept: 'application/fhir+json' } }
    for (const { type, id, text } of taken) {
      const path = `/fhir/${type}/${id}`
      const wanted = withoutMeta(text)
      for (const from of [path, `${path}/_history/1`]) {
        if (withoutMeta(await (await gateway.request(from, inFhir)).text()) !== wanted) other.push(from)
      }
      const history = parseTree(await (await gateway.request(`${path}/_history`)).text())
      const entry = memberNamed(history, 'entry')?.value
      const first = entry?.kind === 'array' ? memberNamed(entry.items[0]!.value, 'resource')?.value : undefined
      if (!first || withoutMeta(printTree(first)) !== wanted) other.push(`${path}/_history`)
    }
    expect(other).toEqual([])
  })

  it('are found by their ids, type by type', async () => {
    for (const [type, some] of Object.entries(Object.groupBy(taken, (example) => example.type))) {
      const ids = some!.map(({ id }) => id)
      const answer = await gateway.request(`/fhir/${type}?_id=${ids}&_count=1000`)
      const { entry } = (await answer.json()) as { entry: { resource: { id: string } }[] }
      expect([type, entry.map(({ resource }) => resource.id).sort()]).toEqual([type, [...ids].sort()])
    }
  })
})
