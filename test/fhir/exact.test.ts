import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  defaultValues,
  digitsOf,
  fromText,
  type JsonLimits,
  readJson,
  readLongJson,
  stamp,
  stampValue,
  toNumber,
  valueIn,
} from '../../src/fhir/exact.ts'
import { corpusTexts, hasCorpora } from './corpora.ts'
import { examples } from './examples.ts'

const limits = { bytes: 1_000_000 }
const padding = JSON.stringify('x'.repeat(20_000))
const given = { id: 'p1', versionId: '1', lastUpdated: '2026-03-01T09:30:00.000Z' }
const bytes = (text: string) => new TextEncoder().encode(text)

function read(text: string) {
  const result = readJson(bytes(text), limits)
  if (!result.ok) throw new Error(result.problem.detail)
  return result.value
}

function refused(input: string | Uint8Array, own: JsonLimits = limits): string {
  const result = readJson(input, own)
  if (result.ok) throw new Error('was read')
  expect(result.problem.code).toBe(result.problem.detail.includes('larger') ? 'too-large' : 'unreadable')
  return result.problem.detail
}

describe('what is refused', () => {
  test('more different names of members than any content has, not more members', () => {
    const list = (count: number, name: (n: number) => string) =>
      `{"list":[${Array.from({ length: count }, (_, n) => `{"${name(n)}" : "${n} \\" :"}`).join(',')}]}`
    expect(refused(list(20_000, (n) => `m${n}`))).toContain('too many different names')
    expect(
      readJson(
        list(20_000, (n) => `m${n % 3000}`),
        limits,
      ).ok,
    ).toBe(true)
  })

  test('more values than any content has, wherever they stand', () => {
    const own = { bytes: 10_000_000 }
    // Beside these the object and its list.
    const list = (items: number, item: string) => `{"list":[${Array.from({ length: items }, () => item).join(',')}]}`
    for (const [item, values] of [
      ['1', 1],
      ['{"a":"b, [ {"}', 2],
      ['["",{"a":1}]', 4],
    ] as const) {
      expect(readJson(list((defaultValues - 2) / values, item), own).ok).toBe(true)
      expect(refused(list((defaultValues - 2) / values + 1, item), own)).toContain('larger than 400000 values')
    }
    expect(refused(list(10, padding), { ...own, values: 11 })).toContain('values')
    expect(readJson(list(10, padding), { ...own, values: 12 }).ok).toBe(true)
  })

  test.each([
    ['nothing', ''],
    ['half an object', '{"resourceType":"Patient"'],
    ['a comma too many', '{"a":1,}'],
    ['single quotes', "{'a':1}"],
    ['a comment', '{"a":1} // x'],
    ['NaN', '{"a":NaN}'],
    ['Infinity', '{"a":-Infinity}'],
    ['a hexadecimal', '{"a":0x10}'],
    ['a leading zero', '{"a":01}'],
    ['a bare point', '{"a":.5}'],
    ['two values', '{"a":1}{"b":2}'],
    ['a raw line break in a string', '{"a":"x\ny"}'],
    ['a bad escape', '{"a":"\\x"}'],
    ['a null byte', '{"a":1}\u0000'],
  ])('what is not JSON: %s', (_, text) => {
    expect(refused(bytes(text))).toMatch(/not JSON/)
  })

  test.each(['[]', 'null', '"Patient"', '17', 'true'])('what is JSON but no object: %s', (text) => {
    expect(refused(text)).toMatch(/not a JSON object/)
  })

  test('the detail names a place, and nothing of the content', () => {
    const detail = refused('{"resourceType":"Patient","name":[{"family":"Secret" "given":"Mara"}]}')
    expect(detail).toMatch(/at character \d+/)
    expect(detail).not.toMatch(/Secret|Mara|Patient/)
  })

  test('invalid UTF-8, overlong forms, encoded surrogates, a byte order mark', () => {
    for (const broken of [[0xff], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80]]) {
      expect(refused(Uint8Array.from([...bytes('{"a":"'), ...broken, ...bytes('"}')]))).toMatch(/UTF-8/)
    }
    expect(refused(Uint8Array.from([0xef, 0xbb, 0xbf, ...bytes('{}')]))).toMatch(/byte order mark/)
    expect(refused('\ufeff{}')).toMatch(/byte order mark/)
  })

  test('lone surrogates, written or escaped, and U+0000; pairs and escaped backslashes are fine', () => {
    expect(refused('{"a":"\ud83d"}')).toMatch(/UTF-8/)
    expect(refused('{"a":"\\ud83d"}')).toMatch(/surrogate/)
    expect(refused('{"a":{"b":["\\uDE00 x"]}}')).toMatch(/surrogate/)
    expect(refused('{"a":"\\u0000"}')).toMatch(/U\+0000/)
    expect(read('{"a":"\\ud83d\\ude00","b":"\\\\ud83d","c":"\\\\u0000"}').value).toEqual({ a: '😀', b: '\\ud83d', c: '\\u0000' })
  })

  test('an object that names a member twice, wherever it is', () => {
    for (const text of [
      '{"id":"1","id":"2"}',
      '{"a":[{"b":{"x":1,"y":2,"x":1}}]}',
      '{"a":1,"b":{},"a":1}',
      '{"1":0,"b":0,"1":0}',
    ]) {
      expect(refused(text)).toMatch(/two members of the same name \(at character [1-9]/)
    }
    expect(read('{"a":{"id":"1"},"b":{"id":"1"}}').value).toEqual({ a: { id: '1' }, b: { id: '1' } })
  })

  test('names that reach into prototypes, and names with escapes', () => {
    for (const name of ['__proto__', 'constructor', 'prototype'])
      expect(refused(`{"a":[{"${name}":{"admin":true}}]}`)).toMatch(/prototype/)
    expect(refused('{"__pro\\u0074o__":1}')).toMatch(/escape/)
    expect(refused('{"\\u0069d":"x"}')).toMatch(/escape/)
    expect(read('{"__proto":1,"constructors":2,"protocol":3}').value).toEqual({ __proto: 1, constructors: 2, protocol: 3 })
  })

  test('too deep, as object or array; just deep enough is read', () => {
    const nest = (depth: number, open: string, close: string) => `{"a":${open.repeat(depth - 1)}1${close.repeat(depth - 1)}}`
    expect(refused(nest(65, '[', ']'))).toMatch(/deeper than 64/)
    expect(refused(nest(65, '{"a":', '}'))).toMatch(/deeper than 64/)
    expect(refused(nest(100_000, '[', ']'))).toMatch(/deeper than 64/)
    // What is long is not parsed first: in it nothing ends.
    expect(refused('{"a":"]}\\"}","b":'.padEnd(200_000, '['))).toMatch(/deeper than 64 levels \(at character 80\)/)
    expect(refused(`{"a":"${'x'.repeat(200_000)}","b":[[]}`)).toMatch(/not JSON/)
    expect(read(nest(64, '[', ']')).value).toBeDefined()
    expect(read(nest(64, '{"a":', '}')).value).toBeDefined()
  })

  test('too large, before anything else is looked at', () => {
    expect(refused(bytes('{"a":"xxxxx'), { bytes: 10 })).toMatch(/larger than 10 bytes/)
    expect(readJson('{"a":"xx"}', { bytes: 10 }).ok).toBe(true)
  })

  test('whatever text there is, it is read as JSON.parse reads it or refused as a value', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.json(),
          fc.json().map((json) => `{"a":${json}}`),
        ),
        (text) => {
          const result = readJson(text, limits)
          if (result.ok) expect(JSON.parse(JSON.stringify(result.value.value))).toEqual(JSON.parse(text))
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('numbers keep their digits', () => {
  const digit = fc.integer({ min: 0, max: 9 })
  const digits = (min: number, max: number) => fc.array(digit, { minLength: min, maxLength: max }).map((all) => all.join(''))
  const whole = fc.oneof(
    fc.constant('0'),
    fc.tuple(fc.integer({ min: 1, max: 9 }), digits(0, 24)).map(([first, rest]) => `${first}${rest}`),
  )
  const decimal = fc
    .tuple(
      fc.constantFrom('', '-'),
      whole,
      fc.option(digits(1, 24), { nil: undefined }),
      fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'E-', 'e-'), fc.integer({ min: 0, max: 400 })), { nil: undefined }),
    )
    .map(
      ([sign, int, fraction, exponent]) =>
        `${sign}${int}${fraction === undefined ? '' : `.${fraction}`}${exponent?.join('') ?? ''}`,
    )

  test('10,000 decimals, read, stamped and printed', () => {
    fc.assert(
      fc.property(decimal, decimal, (one, two) => {
        const text = `{"resourceType":"Observation","valueQuantity":{"value":${one}},"component":[{"x":1,"y":[${two}, ${one}]}]}`
        const exact = read(text)
        expect(JSON.stringify(exact.value)).toBe(text.replace(', ', ','))
        const stored = stamp(exact, given)
        expect(stored.text).toContain(`{"value":${one}},"component":[{"x":1,"y":[${two}, ${one}]}]`)
        expect(JSON.stringify(stored.value)).toBe(stored.text.replace(', ', ','))
        const { value } = (stored.value.valueQuantity ?? {}) as { value?: unknown }
        expect(digitsOf(value)).toBe(one)
        expect(toNumber(value)).toBe(Number(one))
      }),
      { numRuns: 10_000 },
    )
  })

  test.each(['1.10', '0.0', '-0', '1e400', '1E3', '0.0000001', '9007199254740993', '1.7976931348623159e308'])(
    '%s stays an exact number',
    (text) => {
      expect(typeof read(`{"a":${text}}`).value.a).toBe('object')
      expect(JSON.stringify(read(`{"a":${text}}`).value)).toBe(`{"a":${text}}`)
    },
  )

  test.each(['1.1', '0', '-7', '0.5', '123456789012345', '3.14159', '1e+21', '0.05'])('%s stays a plain number', (text) => {
    expect(read(`{"a":${text}}`).value.a).toBe(Number(text))
  })

  test('what is no number has no digits', () => {
    for (const value of ['1', null, undefined, {}, { rawJSON: '1' }, [1]]) {
      expect([digitsOf(value), toNumber(value)]).toEqual([undefined, Number.NaN])
    }
  })
})

/** Every number that is a member, as written. */
const numbersIn = (text: string) =>
  (text.match(/"\s*:\s*-?\d[\d.eE+-]*/g) ?? []).map((each) => each.replace(/["\s:]/g, '')).sort()

describe('stamping', () => {
  const stampText = (text: string, references?: Map<string, string>) => {
    const exact = read(text)
    const before = JSON.stringify(exact.value)
    const stored = stamp(exact, { ...given, ...(references && { references }) })
    expect(JSON.parse(stored.text)).toEqual(JSON.parse(JSON.stringify(stored.value)))
    expect(JSON.stringify(exact.value)).toBe(before)
    return stored.text
  }
  const meta = '"meta":{"versionId":"1","lastUpdated":"2026-03-01T09:30:00.000Z"}'

  test('a resource without id and meta gets them behind its type; spaces, order and escapes stay', () => {
    const rest = ',\n  "name" : [ {"family":"\\u00c5ngstr\\u00f6m"} ],\t"active":true }'
    expect(stampText(`{ "resourceType": "Patient"${rest}`)).toBe(`{ "resourceType": "Patient","id":"p1",${meta}${rest}`)
  })

  test('an id of the sender is replaced, and meta follows it', () => {
    expect(stampText('{"id" : "theirs", "resourceType":"Patient"}')).toBe(`{"id" : "p1",${meta}, "resourceType":"Patient"}`)
  })

  test('meta keeps what it has, wherever it stands', () => {
    expect(stampText('{"meta":{"tag":[{"code":"x"}],"versionId":"9"},"resourceType":"Patient","id":"p"}')).toBe(
      '{"meta":{"lastUpdated":"2026-03-01T09:30:00.000Z","tag":[{"code":"x"}],"versionId":"1"},"resourceType":"Patient","id":"p1"}',
    )
    expect(stampText('{"resourceType":"Patient","meta":{ },"id":"p"}')).toBe(
      `{"resourceType":"Patient",${meta.replace('}', ' }')},"id":"p1"}`,
    )
    expect(stampText('{"resourceType":"Patient","id":"p","meta":{"lastUpdated":"2020-01-01T00:00:00Z","versionId":"7"}}')).toBe(
      '{"resourceType":"Patient","id":"p1","meta":{"lastUpdated":"2026-03-01T09:30:00.000Z","versionId":"1"}}',
    )
  })

  test.each([' ', '\n', '\r\n\t '])('white space around it (%j) is no part of a resource', (space) => {
    for (const example of examples) {
      const text = JSON.stringify(example)
      expect(stampText(space + text + space)).toBe(stampText(text))
    }
    const link = '{"resourceType":"Basic","subject":{"reference":"urn:uuid:1"}}'
    const known = new Map([['urn:uuid:1', 'Patient/p1']])
    expect(stampText(space + link, known)).toBe(stampText(link, known))
  })

  test('ids and metas deeper down are none of its business', () => {
    const text =
      '{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o","meta":{"versionId":"5"}}],"name":[{"id":"n"}]}'
    expect(stampText(text)).toBe(text.replace('"Patient"', `"Patient","id":"p1",${meta}`))
  })

  test('members of the wrong shape are replaced by the value’s text', () => {
    for (const odd of [
      '"id":7',
      '"id":null',
      '"meta":"x"',
      '"meta":[1]',
      '"meta":{"versionId":3}',
      '"id":{"reference":"a"},"meta":null',
    ]) {
      const stored = JSON.parse(stampText(`{"resourceType":"Patient",${odd},"active":true}`))
      expect(stored).toMatchObject({
        resourceType: 'Patient',
        id: 'p1',
        active: true,
        meta: { versionId: '1', lastUpdated: given.lastUpdated },
      })
    }
    expect(JSON.parse(stampText('{"active":true}'))).toMatchObject({ id: 'p1', active: true })
  })

  test('references, addresses and narrative links are replaced where a link is known; texts and identifiers are not', () => {
    const urn = 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0'
    const text = `{"resourceType":"DocumentReference","text":{"status":"generated","div":"<div><a href=\\"${urn}\\">${urn}</a><img src='${urn}'/></div>"},
      "identifier":[{"system":"${urn}","value":"${urn}"}],"subject":{"reference":"${urn}","display":"${urn}"},"author":[{"reference":"Practitioner?x=1"},{"reference":"#a"}],
      "content":[{"attachment":{"url":"${urn}"}}],"extension":[{"url":"${urn}","valueUri":"${urn}"}]}`
    const stored = stampText(
      text,
      new Map([
        [urn, 'Patient/9'],
        ['Practitioner?x=1', 'Practitioner/"7"'],
      ]),
    )
    expect(JSON.parse(stored)).toMatchObject({
      text: { div: `<div><a href="Patient/9">${urn}</a><img src='Patient/9'/></div>` },
      identifier: [{ system: urn, value: urn }],
      subject: { reference: 'Patient/9', display: urn },
      author: [{ reference: 'Practitioner/"7"' }, { reference: '#a' }],
      content: [{ attachment: { url: 'Patient/9' } }],
      extension: [{ url: urn, valueUri: 'Patient/9' }],
    })
    expect(stored).toContain('],\n      "content":[{')
  })

  test('the links of a resource are told, with escapes undone', () => {
    expect(
      read('{"resourceType":"Task","for":{"reference":"Patient\\/1"},"instantiatesUri":"urn:oid:1.2","owner":{"type":"Patient"}}')
        .links,
    ).toMatchObject([
      { kind: 'reference', value: 'Patient/1' },
      { kind: 'uri', value: 'urn:oid:1.2' },
    ])
  })

  test('each entry of a bundle is a resource of its own', () => {
    const entry = (text: string) => `{"fullUrl":"urn:uuid:1", "resource" : ${text},"request":{"method":"POST","url":"Patient"}}`
    const one = '{"resourceType":"Patient","id":"a","weight":1.50}'
    const two = '{ "resourceType":"Observation","subject":{"reference":"urn:uuid:1"},"value":2.0 }'
    const bundle = read(
      `{"resourceType":"Bundle","id":"b","type":"transaction","entry":[${entry(one)},{"request":{"method":"DELETE"}}, ${entry(two)}]}`,
    )
    expect(bundle.entries.map((each) => each?.text)).toEqual([one, undefined, two])
    const [first, , third] = bundle.entries
    if (!first || !third) throw new Error('no entries')
    expect(stamp(first, given).text).toBe(`{"resourceType":"Patient","id":"p1",${meta},"weight":1.50}`)
    const stored = stamp(third, { ...given, references: new Map([['urn:uuid:1', 'Patient/p1']]) })
    expect(stored.text).toBe(
      `{ "resourceType":"Observation","id":"p1",${meta},"subject":{"reference":"Patient/p1"},"value":2.0 }`,
    )
    expect(JSON.stringify(stored.value)).toContain('"subject":{"reference":"Patient/p1"},"value":2.0')
    expect(bundle.links).toEqual([])
  })

  test('a bundle within a bundle is an ordinary resource', () => {
    const inner = '{"resourceType":"Bundle","id":"in","entry":[{"resource":{"resourceType":"Patient","id":"x"}}]}'
    const outer = read(`{"resourceType":"Bundle","entry":[{"resource":${inner}}]}`)
    expect(outer.entries.map((each) => each?.text)).toEqual([inner])
    if (outer.entries[0]) expect(stamp(outer.entries[0], given).text).toContain('"id":"p1"')
  })

  test('stamping twice is stamping once', () => {
    for (const example of examples) {
      const once = stamp(fromText(JSON.stringify(example)), given)
      expect(stamp(fromText(once.text), given).text).toBe(once.text)
    }
  })

  test('a value of our own making is stamped as its text would be', () => {
    const bare = { resourceType: 'Basic', code: { text: 'x' } }
    for (const own of [...examples, bare, { ...bare, meta: { tag: [] } }, { meta: {}, id: 'old', ...bare }]) {
      const { text, value } = stampValue(own, given)
      expect(text).toBe(stamp(fromText(JSON.stringify(own)), given).text)
      expect(JSON.stringify(value)).toBe(text)
    }
  })

  test('a value without its places is the same value', () => {
    const odd = ['1.10', '-0', '1e3', '-2.50E+1', '12345678901234567', '0.1', '7', '-12']
    for (const number of odd) {
      for (const text of [`{"a" :\n${number}}`, `{"a":[1,\t${number}]}`, `{"a":[${number}]}`])
        expect(JSON.stringify(valueIn(text))).toBe(JSON.stringify(fromText(text).value))
    }
    for (const example of examples) expect(valueIn(JSON.stringify(example))).toEqual(fromText(JSON.stringify(example)).value)
  })

  test.skipIf(!hasCorpora)('published resources change in nothing but id and meta (needs CORPORA)', () => {
    const texts = [...corpusTexts('1_igs/hl7.fhir.r4.examples-4.0.1', 300), ...corpusTexts('2_clinical/synthea', 4)]
    for (const text of texts) {
      const exact = readJson(text, { bytes: 50_000_000 })
      if (!exact.ok) throw new Error(exact.problem.detail)
      for (const each of [exact.value, ...exact.value.entries.flatMap((entry) => entry ?? [])]) {
        const stored = stamp(each, given)
        const { id, meta: _, ...rest } = JSON.parse(stored.text)
        const { id: __, meta: ___, ...before } = JSON.parse(each.text)
        expect(id).toBe('p1')
        expect(rest).toEqual(before)
        expect(numbersIn(JSON.stringify(stored.value))).toEqual(numbersIn(each.text))
      }
    }
    expect(texts.length).toBeGreaterThan(100)
  })
})

describe('readLongJson', () => {
  const long = 'x'.repeat(200_000)
  const space = ' '.repeat(200_000)
  const list = Array.from({ length: 30_000 }, (_, i) => `{"a":${i},"b":[${i}]}`).join()
  const texts = [
    '{"a":1.10}',
    `{"resourceType":"Patient","a":"${long}","b":1.10}`,
    `{"a":"${long}","a":1}`,
    `["${long}"]`,
    `{"a":"${long}"`,
    `{"a":"${long}\\ud800"}`,
    `${'['.repeat(100)}"${long}"${']'.repeat(100)}`,
    `\ufeff{"a":"${long}"}`,
    // Parsed in pieces: sound, and then not.
    `{"list":[${list}],"c":{"d":[[${list}]],"e" : 1.10},"f":[{"g":[${list}],"h":{}},{"i":"${long}" , "j":null}]}`,
    ...[
      `{"a":["${long}",]}`,
      `{"a":"${long}",}`,
      `{"${long}":[,1]}`,
      `{"a":["${long}",${space},2]}`,
      `{"a":"${long}",${space},"b":1}`,
    ],
    ...[`{"a":["${long}",1}]`, `{"a":"${long}","b":1}}`, `{"a":"${long}","b":1},{}`, `"${long}",2`, `{"a":["${long}",1`],
    ...[`{"a":{"x":"${long}","y":2},"a":[5,6]}`, `{"a":["${long}",2],"a":{"x":1}}`, `{"a":{"x":"${long}","x":2}}`],
    ...[`{"a":{"x":"${long}","y":2},"a":3}`, `{"a":"${long}","__proto__":{"x":1}}`, `{"__proto__":["${long}",{"x":1}]}`],
  ]
  test.each(texts.map((text) => [text.replace(/(.)\1{9,}|(?<=1).{99,}(?=1)/g, '…').slice(0, 60), text]))(
    'reads %s as readJson does',
    async (_, text) => {
      const bytes = new TextEncoder().encode(text)
      let pauses = 0
      const pause = async () => void pauses++
      expect(await readLongJson(bytes, { bytes: bytes.length }, pause)).toEqual(readJson(bytes, { bytes: bytes.length }))
      expect(await readLongJson(bytes, { bytes: bytes.length - 1 }, pause)).toMatchObject({ problem: { code: 'too-large' } })
    },
  )

  const pausesIn = async (text: string): Promise<number> => {
    const bytes = new TextEncoder().encode(text)
    let pauses = 0
    await readLongJson(bytes, { bytes: bytes.length }, async () => void pauses++)
    return pauses
  }

  test('lets others have their turn between its steps', async () => {
    expect(await pausesIn(texts[1]!)).toBe(5)
  })

  const members = (from: number) =>
    JSON.stringify({
      resourceType: 'Group',
      member: Array.from({ length: 60_000 }, (_, i) => ({
        entity: { reference: `Patient/${from + i}` },
        period: { start: '2026' },
      })),
    })

  test('and while it parses it, and looks where things stand in it', async () => {
    expect(await pausesIn(members(0))).toBeGreaterThanOrEqual(35)
  })

  test('meanwhile another may be read, each as if it were alone', async () => {
    const inTurn = () => new Promise<void>((wake) => setImmediate(wake))
    const read = await Promise.all([0, 100_000].map((from) => readLongJson(bytes(members(from)), { bytes: 10_000_000 }, inTurn)))
    expect(read).toEqual([0, 100_000].map((from) => readJson(members(from), { bytes: 10_000_000 })))
  })
})
