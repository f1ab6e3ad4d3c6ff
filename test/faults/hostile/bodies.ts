/** Bodies that mean harm, made here, each with a name. Bytes, because some of them are no text. */
import { gzipSync } from 'node:zlib'

export interface Hostile {
  readonly name: string
  readonly body: Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
}

const bytes = (text: string | Uint8Array): Uint8Array<ArrayBuffer> =>
  typeof text === 'string' ? new TextEncoder().encode(text) : new Uint8Array(text)
const hostile = (name: string, body: string | Uint8Array, headers?: Record<string, string>): Hostile => ({
  name,
  body: bytes(body),
  ...(headers && { headers }),
})
const utf16 = (text: string): Uint8Array => new Uint8Array(Uint16Array.from(text, (c) => c.charCodeAt(0)).buffer)
const around = (inner: string | number[]): Uint8Array => {
  const middle = typeof inner === 'string' ? [...new TextEncoder().encode(inner)] : inner
  const text = (part: string) => [...new TextEncoder().encode(part)]
  return Uint8Array.from([...text('{"resourceType":"Patient","name":[{"family":"'), ...middle, ...text('"}]}')])
}

/** No JSON, or JSON that no object of ours is. */
export const malformed: readonly Hostile[] = [
  ...[
    '',
    ' ',
    'null',
    'true',
    '0',
    '"x"',
    '[]',
    '{}',
    '{',
    '[',
    '"',
    '{"',
    '{"a"',
    '{"a":',
    '{"a":1,}',
    '[1,]',
    '{}{}',
    '{}\n{}',
    'NaN',
  ],
  ...[
    'Infinity',
    '01',
    '+1',
    '1.',
    '.5',
    "{'a':1}",
    '{a:1}',
    '/*x*/{}',
    '{"a":\u00a01}',
    '{"a":"\n"}',
    '{"a":"\\x"}',
    '{"a":"\\u12"}',
  ],
].map((text) => hostile(`the text ${JSON.stringify(text)}`, text))

/** Text that is not what it seems. */
export const encoded: readonly Hostile[] = [
  hostile('an overlong encoding', around([0xc0, 0xaf])),
  hostile('half a character', around([0xe2, 0x82])),
  hostile('a surrogate in UTF-8', around([0xed, 0xa0, 0x80])),
  hostile('a byte that begins nothing', around([0xff])),
  hostile('a lone surrogate, escaped', around('\\ud800')),
  hostile('a NUL, escaped', around('\\u0000')),
  hostile('a NUL', around([0])),
  hostile('a byte order mark', '\ufeff{"resourceType":"Patient"}'),
  hostile('UTF-16', utf16('{"resourceType":"Patient"}')),
  hostile('UTF-16 with its mark', utf16('\ufeff{"resourceType":"Patient"}')),
  hostile('UTF-7', '+AHsAIg-resourceType+ACIAOgAi-Patient+ACIAfQ-'),
]

/** Names that mean something to a careless program, and objects that say two things. */
export const names: readonly Hostile[] = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__', '$ref', ''],
].flatMap((name) => [
  hostile(`a member ${name}`, `{"resourceType":"Patient","${name}":{"admin":true}}`),
  hostile(`a member ${name} deeper`, `{"resourceType":"Patient","name":[{"${name}":{"admin":true}}]}`),
  hostile(`a type ${name}`, `{"resourceType":"${name}"}`),
])

export const doubled: readonly Hostile[] = [
  hostile('a member twice', '{"resourceType":"Patient","gender":"male","gender":"female"}'),
  hostile('a member twice, once in disguise', '{"resourceType":"Patient","gender":"male","g\\u0065nder":"female"}'),
  hostile('a member twice, deeper', '{"resourceType":"Patient","name":[{"family":"A","family":"B"}]}'),
  hostile('a type twice', '{"resourceType":"Patient","resourceType":"Observation"}'),
  hostile('a member of the primitive twice', '{"resourceType":"Patient","_gender":{"id":"a"},"_gender":{"id":"b"}}'),
]

/** Deep, long, and many. */
export const large: readonly Hostile[] = [
  hostile('200,000 open brackets', '['.repeat(200_000)),
  hostile('200,000 brackets', `${'['.repeat(200_000)}${']'.repeat(200_000)}`),
  hostile(
    '100,000 extensions in each other',
    `{"resourceType":"Patient",${'"extension":[{'.repeat(100_000)}${'}]'.repeat(100_000)}}`,
  ),
  hostile('a number of a million digits', `{"resourceType":"Observation","valueInteger":${'9'.repeat(1_000_000)}}`),
  hostile('a decimal of a million digits', `{"resourceType":"Observation","valueQuantity":{"value":0.${'1'.repeat(1_000_000)}}}`),
  hostile(
    'an exponent of a million digits',
    `{"resourceType":"Observation","valueQuantity":{"value":1e${'9'.repeat(1_000_000)}}}`,
  ),
  hostile('a string of four million characters', `{"resourceType":"Patient","id":"${'x'.repeat(4_000_000)}"}`),
  hostile('escapes, a million', `{"resourceType":"Patient","name":[{"family":"${'\\u0041'.repeat(700_000)}"}]}`),
  hostile('200,000 members', `{"resourceType":"Patient",${Array.from({ length: 200_000 }, (_, n) => `"m${n}":1`).join(',')}}`),
  hostile('200,000 names', `{"resourceType":"Patient","name":[${'{},'.repeat(200_000)}{}]}`),
  hostile('200,000 numbers in a list of texts', `{"resourceType":"Patient","name":[{"given":[${'1,'.repeat(200_000)}1]}]}`),
]

const many = (count: number, item: (i: number) => string): string => Array.from({ length: count }, (_, i) => item(i)).join(',')

/** Resources as they may be, only that there is no end of them. */
export const endless: readonly Hostile[] = [
  hostile('60,000 names that all differ', `{"resourceType":"Patient","name":[${many(60_000, (i) => `{"family":"f${i}"}`)}]}`),
  ...['60,000 identifiers', 'the same 60,000 identifiers, of somebody else'].map((name) =>
    hostile(name, `{"resourceType":"Patient","identifier":[${many(60_000, (i) => `{"system":"urn:${i}","value":"${i}"}`)}]}`),
  ),
  hostile(
    '120,000 members',
    `{"resourceType":"Group","type":"person","actual":true,"member":[${many(120_000, (i) => `{"entity":{"reference":"Patient/${i}"}}`)}]}`,
  ),
  hostile(
    '30,000 items',
    `{"resourceType":"Questionnaire","status":"draft","item":[${many(30_000, (i) => `{"linkId":"${i}","text":"What?","type":"string"}`)}]}`,
  ),
  hostile(
    '60,000 codes',
    `{"resourceType":"ValueSet","status":"draft","compose":{"include":[{"system":"urn:x","concept":[${many(60_000, (i) => `{"code":"c${i}"}`)}]}]}}`,
  ),
  hostile(
    '30,000 contained resources',
    `{"resourceType":"List","status":"current","mode":"working","contained":[${many(30_000, (i) => `{"resourceType":"Patient","id":"${i}"}`)}],"entry":[${many(30_000, (i) => `{"item":{"reference":"#${i}"}}`)}]}`,
  ),
]

/** One after the other of the same Patient: each of very many things is another one, or a second one, or gone. */
export const changing: readonly Hostile[] = ['first', 'second', 'second', 'third'].map((name, i) =>
  hostile(
    `20,000 identifiers, the ${i + 1}. time`,
    `{"resourceType":"Patient","id":"changing","active":${i % 2 > 0},"identifier":[${many(20_000, (n) => `{"system":"urn:${name}","value":"${n}"}`)}]}`,
  ),
)

export const longList = hostile(
  '60,000 names, to be patched',
  `{"resourceType":"Patient","id":"patched","name":[${many(60_000, (i) => `{"family":"f${i}"}`)}]}`,
)
export const patches: readonly Hostile[] = [
  hostile('1,000 items before all others', `[${many(1000, (i) => `{"op":"add","path":"/name/0","value":{"family":"p${i}"}}`)}]`),
]

const meta = (labels: string): string => `{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{${labels}}}]}`
/** One after the other on the same resource. */
export const labels: readonly Hostile[] = [
  ...['first', 'second'].map((name) =>
    hostile(`40,000 tags, the ${name} time`, meta(`"tag":[${many(40_000, (i) => `{"system":"urn:${name}","code":"${i}"}`)}]`)),
  ),
  hostile('60,000 profiles', meta(`"profile":[${many(60_000, (i) => `"u:${i}"`)}]`)),
]

/** What is no JSON: as base 64 it is a third longer. */
export const content = hostile('content of 5 MiB', new Uint8Array(5 * 1024 * 1024))

/** XML that is small and takes long. */
export const documents: readonly Hostile[] = [
  hostile('200,000 attributes', `<ClinicalDocument ${Array.from({ length: 200_000 }, (_, i) => `a${i}="b"`).join(' ')}/>`),
]

/** Texts on which a careless regular expression never ends. */
export const slow: readonly Hostile[] = [
  ['Binary.data', `{"resourceType":"Binary","contentType":"text/plain","data":"${'AAAA    '.repeat(100_000)}!"}`],
  ['Attachment.data', `{"resourceType":"Patient","photo":[{"data":"${'A'.repeat(800_000)}!"}]}`],
  ['a date', `{"resourceType":"Patient","birthDate":"${'1990-01-01'.repeat(50_000)}"}`],
  ['an instant', `{"resourceType":"Patient","meta":{"lastUpdated":"${'2026-01-01T00:00:00.'.repeat(40_000)}Z"}}`],
  ['a uri', `{"resourceType":"Patient","implicitRules":"${'urn:a '.repeat(100_000)}"}`],
  ['an oid', `{"resourceType":"Patient","identifier":[{"system":"urn:oid:${'1.'.repeat(300_000)}"}]}`],
  ['a code', `{"resourceType":"Patient","gender":"${'a '.repeat(300_000)}"}`],
  ['an id', `{"resourceType":"Patient","id":"${'a'.repeat(500_000)}!"}`],
  ['a markdown', `{"resourceType":"Questionnaire","status":"draft","description":"${' '.repeat(900_000)}"}`],
  [
    'a narrative',
    `{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns='http://www.w3.org/1999/xhtml'>${'<b>'.repeat(100_000)}"}}`,
  ],
  [
    'attributes',
    `{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns='http://www.w3.org/1999/xhtml' ${"class='a' ".repeat(50_000)}/>"}}`,
  ],
  [
    'a doctype',
    '{"resourceType":"Patient","text":{"status":"generated","div":"<!DOCTYPE d [<!ENTITY a \\"aaaa\\">]><div>&a;</div>"}}',
  ],
  [
    'a script',
    '{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><script>1</script></div>"}}',
  ],
  [
    'a reference',
    `{"resourceType":"Observation","status":"final","code":{},"subject":{"reference":"${'Patient/'.repeat(100_000)}"}}`,
  ],
].map(([name, text]) => hostile(`slow to look at: ${name}`, text!))

const zeros = gzipSync(new Uint8Array(64 * 1024 * 1024))
export const packed: readonly Hostile[] = [
  hostile('a bomb', zeros, { 'content-encoding': 'gzip' }),
  hostile('a bomb in a bomb', gzipSync(zeros), { 'content-encoding': 'gzip' }),
  hostile('what says that it is packed twice', zeros, { 'content-encoding': 'gzip, gzip' }),
  hostile('what says brotli', zeros, { 'content-encoding': 'br' }),
  hostile('what says deflate', zeros, { 'content-encoding': 'deflate' }),
  hostile('half an archive', zeros.subarray(0, 500), { 'content-encoding': 'gzip' }),
  hostile('no archive', '{}', { 'content-encoding': 'gzip' }),
]

const bundle = (entries: string): string => `{"resourceType":"Bundle","type":"transaction","entry":[${entries}]}`
export const bundles: readonly Hostile[] = [
  hostile('an entry that is null', bundle('null')),
  hostile('an entry that is a list', bundle('[]')),
  hostile('entries that are no list', '{"resourceType":"Bundle","type":"batch","entry":{}}'),
  hostile('a resource that is null', bundle('{"resource":null,"request":{"method":"POST","url":"Patient"}}')),
  hostile('a request that is a text', bundle('{"resource":{"resourceType":"Patient"},"request":"POST"}')),
  ...[
    '../admin/clients',
    '//evil.example/Patient',
    'http://evil.example/Patient',
    'Patient/../x',
    'Patient?',
    '',
    '?',
    '$',
    'constructor',
    '__proto__/x',
  ].map((url) =>
    hostile(`a request to ${url}`, bundle(`{"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"${url}"}}`)),
  ),
  ...['TRACE', 'CONNECT', 'post', '', '__proto__'].map((method) =>
    hostile(
      `a request that would ${method}`,
      bundle(`{"resource":{"resourceType":"Patient"},"request":{"method":"${method}","url":"Patient"}}`),
    ),
  ),
  hostile(
    'a bundle in a bundle in a bundle',
    bundle(
      `{"resource":${bundle(`{"resource":${bundle('')},"request":{"method":"POST","url":""}}`)},"request":{"method":"POST","url":""}}`,
    ),
  ),
  hostile(
    '10,001 entries',
    bundle(Array.from({ length: 10_001 }, () => '{"request":{"method":"GET","url":"Patient"}}').join(',')),
  ),
  hostile('a million empty entries', bundle(`${'{},'.repeat(1_000_000)}{}`)),
  hostile(
    'references in a ring',
    bundle(
      ['a', 'b']
        .map(
          (id) =>
            `{"fullUrl":"urn:uuid:${id}","resource":{"resourceType":"Patient","link":[{"type":"seealso","other":{"reference":"urn:uuid:${id === 'a' ? 'b' : 'a'}"}}]},"request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=x|${id}"}}`,
        )
        .join(','),
    ),
  ),
]
