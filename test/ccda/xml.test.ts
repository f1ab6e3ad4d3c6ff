/** XML from outside: nothing is expanded or fetched, and what is wrong is told without a word of what it says. */
import { expect, test } from 'vitest'
import { decode } from '../../src/ccda/charset.ts'
import { attribute, childrenOf, textOf } from '../../src/ccda/element.ts'
import { parseLongXml, parseXml, xmlLimits } from '../../src/ccda/xml.ts'

const laughs = `<!DOCTYPE x [<!ENTITY a "ha">${'bcdefgh'.replaceAll(/./g, (one) => `<!ENTITY ${one} "&${String.fromCharCode(one.charCodeAt(0) - 1)};&${String.fromCharCode(one.charCodeAt(0) - 1)};">`)}]><x>&h;</x>`

test.each([
  ['a bomb of entities', laughs, 'document type'],
  ['an entity of a file', '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', 'document type'],
  ['an entity from nowhere', '<x>&secret;</x>', 'line 1'],
  ['a tag that is not closed', '<x><Quintero></x>', 'line 1'],
  ['no XML', 'MSH|^~\\&|Quintero', 'line 1'],
  ['a prefix of no namespace', '<x a:type="b"/>', 'line 1'],
  ['nothing', '', 'line 1'],
  ['two roots', '<x/><Quintero/>', 'line 1'],
])('%s is refused', (_, text, why) => {
  const read = parseXml(text)
  expect(read.ok).toBe(false)
  const said = JSON.stringify(read)
  expect(said).toContain(why)
  expect(said).not.toMatch(/Quintero|passwd|secret/)
})

test.each([
  ['elements that stand so deep', xmlLimits.depth, (count: number) => `${'<x>'.repeat(count)}${'</x>'.repeat(count)}`],
  [
    'so many attributes of one',
    xmlLimits.attributes,
    (count: number) => `<x a="1"><y ${Array.from({ length: count }, (_, i) => `a${i}="b"`).join(' ')}/></x>`,
  ],
  ['so many elements', xmlLimits.elements, (count: number) => `<x>${'<y/>'.repeat(count - 1)}</x>`],
])('there may be %s, and no more', (_, most, of) => {
  expect(parseXml(of(most)).ok).toBe(true)
  expect(parseXml(of(most + 1))).toMatchObject({
    problem: { code: 'unreadable', issues: [{ message: expect.stringMatching(`more than ${most}`) }] },
  })
})

test('elements are told by their own names, whatever prefix they have', () => {
  const read = parseXml(
    '<c:a xmlns:c="urn:hl7-org:v3" xmlns:s="urn:hl7-org:sdtc" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><c:b i:type="CD" code=" 1 ">x<![CDATA[<y>]]> &amp; z</c:b><s:c/><c:d code="2" nullFlavor="UNK"/></c:a>',
  )
  const children = read.ok ? childrenOf(read.value) : []
  expect(children.map(({ name }) => name)).toEqual(['b', 'sdtc:c', 'd'])
  expect([attribute(children[0], 'type'), attribute(children[0], 'code'), attribute(children[2], 'code')]).toEqual([
    'CD',
    '1',
    undefined,
  ])
  expect(textOf(children[0])).toBe('x<y> & z')
})

test('bytes are read in the character set that they say, and no other', () => {
  const latin1 = new Uint8Array([...Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><x>M\xfcller</x>', 'latin1')])
  expect(decode(latin1)).toMatchObject({ ok: true, value: expect.stringContaining('Müller') })
  const utf16 = new Uint8Array([0xff, 0xfe, ...Buffer.from('<x>Müller</x>', 'utf16le')])
  expect(decode(utf16)).toMatchObject({ ok: true, value: '<x>Müller</x>' })
  expect(decode(new Uint8Array([...Buffer.from('<x>M\xfcller</x>', 'latin1')]))).toMatchObject({
    ok: false,
    problem: { code: 'unreadable' },
  })
  expect(decode(new Uint8Array(Buffer.from('<?xml version="1.0" encoding="EBCDIC"?><x/>')))).toMatchObject({
    ok: false,
    problem: { code: 'not-supported' },
  })
})

test.each([
  ['of no length', ''],
  ['short', '<x a="1">ä</x>'],
  ['long', `<x>${'<y z="ü">\u{1F600} &amp;\r\n text</y>'.repeat(20_000)}</x>`],
  ['exactly some pieces long', `<x>${' '.repeat(128 * 1024 - 7)}</x>`],
  ['broken behind its first piece', `<x>${'<y/>'.repeat(40_000)}</z>`],
  ['broken in its first piece', `<x></z>${'<y/>'.repeat(40_000)}`],
  ['broken off', `<x>${'<y/>'.repeat(40_000)}`],
])('what is %s is read the same in pieces, with pauses in between', async (_, text) => {
  let pauses = 0
  const read = await parseLongXml(text, async () => void pauses++)
  expect(read).toEqual(parseXml(text))
  if (read.ok) expect(pauses).toBe(Math.max(0, Math.ceil(text.length / (64 * 1024)) - 1))
})
