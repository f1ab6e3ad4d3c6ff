/** A long Bundle is read as it would be in one go: the same entries, the same refusals. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readJson } from '../../src/fhir/exact.ts'
import { readLongBundle } from '../../src/fhir/long-bundle.ts'

const padding = 'x'.repeat(300_000)
const long = (entries: string, more = '') =>
  `{"resourceType":"Bundle","type":"transaction","entry":[${entries}]${more},"note":"${padding}"}`
const bytes = (text: string) => new TextEncoder().encode(text)
const limits = { bytes: 10_000_000, part: 1_000_000, entries: 10_000 }

let pauses = 0
const pause = async () => {
  pauses++
}
const read = (text: string, own = limits) => readLongBundle(bytes(text), own, pause)
const digits = (value: unknown) => JSON.stringify(value)

test('what is read is what would have been read in one go', async () => {
  const item = fc.oneof(
    fc.record({ fullUrl: fc.string(), resource: fc.record({ resourceType: fc.constant('Basic'), note: fc.json() }) }),
    fc.record({
      resource: fc.record({ resourceType: fc.constant('Basic'), id: fc.string() }),
      request: fc.object({ maxDepth: 2 }),
    }),
    fc.constantFrom(null, 5, 'a ] , }', [], [{ a: '\\"' }]),
  )
  const space = fc.stringMatching(/^[ \n\t]{0,3}$/)
  await fc.assert(
    fc.asyncProperty(fc.array(item), space, async (items, gap) => {
      const text = long(items.map((one) => gap + JSON.stringify(one, null, gap.length) + gap).join(','))
      const [whole, parts] = [readJson(text, limits), await read(text)]
      expect(parts.ok).toBe(whole.ok)
      if (!whole.ok || !parts.ok) return
      expect(digits(parts.value.value)).toBe(digits(whole.value.value))
      const plain = (entries: readonly ({ text: string; links: readonly { kind: string; value: string }[] } | undefined)[]) =>
        Array.from(items, (_, i) => entries[i] && [entries[i].text, entries[i].links.map(({ kind, value }) => [kind, value])])
      expect(plain(parts.value.entries)).toEqual(plain(whole.value.entries))
    }),
    { numRuns: 100 },
  )
})

test('digits that a double would lose are kept', async () => {
  const text = long(
    '{"resource":{"resourceType":"Observation","valueQuantity":{"value":1.10}}},{"resource":{"resourceType":"Basic"}}',
  )
  const found = await read(text)
  expect(found.ok && digits(found.value.value)).toContain('"value":1.10')
})

const forty = Array.from({ length: 40 }, (_, i) => `{"resource":{"resourceType":"Basic","id":"${i}${'y'.repeat(10_000)}"}}`)

test('others have their turn in between', async () => {
  pauses = 0
  await read(long(forty.join(',')))
  expect(pauses).toBeGreaterThan(4)
})

const content = `{"name":"content","resource":{"resourceType":"Bundle","entry":[${forty}],"type":"message"}}`
const list = '[{"resource":{"entry":[]}}]'
test.each([
  ['alone', `{"resourceType":"Parameters","parameter":[${content}]}`],
  ['among others', `{"parameter":[{"name":"async"},5,{"resource":{"id":"a"}},${content},{"resource":{"entry":[1]}}], "a":1.10}`],
  ['where no list is expected', `{"parameter":${content}}`],
  ['deeper than anybody looks', `{"parameter":[{"resource":{"parameter":[${content}]}}]}`],
  ['behind an empty one', `{"parameter":[{"resource":{"entry":[]}},${content}]}`],
  ['beside entries of its own', `{"entry":${list},"parameter":[${content}]}`],
  ['behind what only looks like one', `{"resource":{"entry":${list}},"entry":{"entry":${list}},"parameter":[${content}]}`],
])('a Bundle within Parameters is read as in one go: %s', async (_, text) => {
  const [whole, parts] = [readJson(text, limits), await read(text)]
  if (!whole.ok || !parts.ok) throw new Error('was refused')
  expect(digits(parts.value.value)).toBe(digits(whole.value.value))
})

test('others have their turn between the entries of a Bundle within Parameters, too', async () => {
  pauses = 0
  await read(`{"resourceType":"Parameters","parameter":[${content}]}`)
  expect(pauses).toBeGreaterThan(4)
})

const entry = '{"resource":{"resourceType":"Basic"}}'
test.each([
  ['a comma is missing', long(`${entry} ${entry}`)],
  ['a comma too many', long(`${entry},`)],
  ['two commas', long(`${entry},,${entry}`)],
  ['it begins with a comma', long(`,${entry}`)],
  ['a control character stands between entries', long(`${entry},\u0001${entry}`)],
  ['an entry is torn', long(`${entry},{"resource":`)],
  ['brackets are crossed', long(`${entry},{"resource":[}]`)],
  ['it ends in the middle', `{"entry":[${entry},{"note":"${padding}`],
  ['something follows', `${long(entry)}{}`],
  ['a member stands twice in an entry', long('{"resource":{"id":"a","id":"b"}}')],
  ['entry stands twice', long(entry, ',"entry":[]')],
  ['a name of a prototype', long('{"__proto__":{}}')],
  ['a lone surrogate', long('{"fullUrl":"\\ud800"}')],
  ['too deep', long(`${'['.repeat(70)}${']'.repeat(70)}`)],
  ['a byte order mark', `\ufeff${long(entry)}`],
])('refused: %s', async (_, text) => {
  expect(readJson(text, limits).ok).toBe(false)
  expect(await read(text)).toMatchObject({ ok: false, problem: { code: 'unreadable' } })
})

test('bytes that are not UTF-8 are refused', async () => {
  const input = bytes(long(entry))
  input[40] = 0xff
  expect(await readLongBundle(input, limits, pause)).toMatchObject({ ok: false, problem: { code: 'unreadable' } })
})

test('characters of several bytes stay whole', async () => {
  for (const shift of ['', '.', '..', '...']) {
    const own = { ...limits, part: 9_000_000 }
    const found = await read(long(`{"resource":{"resourceType":"Basic","id":"${shift}${'😀'.repeat(1_200_000)}"}}`), own)
    expect(found.ok && digits(found.value.value).split('😀')).toHaveLength(1_200_001)
  }
})

test('more entries than are allowed are refused before they are read', async () => {
  const many = long(Array.from({ length: 101 }, () => entry).join(','))
  expect(await read(many, { ...limits, entries: 101 })).toMatchObject({ ok: true })
  expect(await read(many, { ...limits, entries: 100 })).toMatchObject({ ok: false, problem: { code: 'too-large' } })
})

test('an entry that is too large is refused, and so is too much beside them', async () => {
  const small = { ...limits, part: 1000 }
  const large = long(`${entry},{"resource":{"resourceType":"Basic","note":"${'z'.repeat(1000)}"}}`)
  expect(await read(large, small)).toMatchObject({
    ok: false,
    problem: { code: 'too-large', detail: expect.stringContaining('entry[1]') },
  })
  expect(await read(long(entry), small)).toMatchObject({ ok: false, problem: { code: 'too-large' } })
})
