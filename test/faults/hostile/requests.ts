/** Requests over HTTP/1.1 that mean harm, each with a name. https://www.rfc-editor.org/rfc/rfc9112 */
import { request } from './raw.ts'

export type Named = readonly [name: string, text: string]

/** What is hidden in others: it would leave a Patient behind. */
const hidden = (bearer: string): string =>
  request('POST /fhir/Patient', [bearer, 'Content-Type: application/fhir+json'], smuggled)
export const smuggled = '{"resourceType":"Patient","name":[{"family":"Smuggled"}]}'

const post = (headers: readonly string[], body: string, version = 'HTTP/1.1'): string =>
  [`POST /livez ${version}`, 'Host: localhost', ...headers, '', body].join('\r\n')

/** Requests whose end is told in two ways, or in a way that not everybody reads alike; behind each stands a hidden one. */
export function ambiguous(bearer: string): readonly Named[] {
  const inside = hidden(bearer)
  const chunked = `0\r\n\r\n${inside}`
  const length = `Content-Length: ${inside.length}`
  const told = (name: string, headers: readonly string[], body: string): Named => [name, post(headers, body)]
  const lengths = ['0, 0', '+0', '-0', '-1', '0x0', '0e1', '0.0', '', '" 0"', '18446744073709551616']
  const encodings = [
    ...['xchunked', 'chunked, identity', 'chunked, chunked', 'identity', 'gzip'],
    ...['\x0bchunked', 'chunked\x00', '"chunked"', ''],
  ]
  const sizes = ['0x0', '-0', '+0', 'g', '', ' 0', 'FFFFFFFFFFFFFFFFF', '0;a=\n']
  return [
    told('a length, then chunks', [length, 'Transfer-Encoding: chunked'], chunked),
    told('chunks, then a length', ['Transfer-Encoding: chunked', 'Content-Length: 5'], chunked),
    told('two lengths', ['Content-Length: 0', length], inside),
    told('two lengths, the longer first', [length, 'Content-Length: 0'], inside),
    told('the same length twice', ['Content-Length: 4', 'Content-Length: 4'], `abcd${inside}`),
    ...lengths.map((value) => told(`the length ${value}`, [`Content-Length: ${value}`], inside)),
    ...encodings.map((value) => told(`the encoding ${JSON.stringify(value)}`, [`Transfer-Encoding: ${value}`], chunked)),
    told('two encodings', ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], chunked),
    told('a space before the colon', ['Transfer-Encoding : chunked'], chunked),
    told('a line folded', ['Transfer-Encoding:', ' chunked'], chunked),
    told('a space before the first header', [' X: y', length], inside),
    told('a length hidden by a bare CR', ['X: y\rContent-Length: 0', length], inside),
    told('a length hidden by a bare LF', ['X: y\nContent-Length: 0', length], inside),
    told('a NUL in a header', ['X: \x00', length], inside),
    told('a header without a name', [': x', length], inside),
    told('a header without a colon', ['Content-Length', 'X: y'], inside),
    ['chunks in HTTP/1.0', post(['Transfer-Encoding: chunked'], chunked, 'HTTP/1.0')],
    ...sizes.map((size) =>
      told(`a chunk of size ${JSON.stringify(size)}`, ['Transfer-Encoding: chunked'], `${size}\r\n\r\n${inside}`),
    ),
    told('a chunk longer than told', ['Transfer-Encoding: chunked'], `1\r\nab\r\n0\r\n\r\n${inside}`),
    ['lines that end in LF alone', `POST /livez HTTP/1.1\nHost: localhost\n${length}\n\n${inside}`],
    ['HTTP/0.9', 'GET /livez\r\n'],
    ['HTTP/1.2', `GET /livez HTTP/1.2\r\nHost: localhost\r\n\r\n${inside}`],
    ['HTTP/2', `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${inside}`],
    ['TLS', `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${inside}`],
  ]
}

/** Bodies that are requests themselves, told rightly: whatever becomes of the request, its body is nothing else. */
export function bodies(bearer: string): readonly (readonly [name: string, statuses: readonly number[], text: string])[] {
  const inside = hidden(bearer)
  const chunks = `${inside.length.toString(16)}\r\n${inside}\r\n0\r\n\r\n`
  return [
    ['where none is wanted', [405], request('POST /livez', [], inside)],
    ['of a GET', [200], request('GET /livez', [], inside)],
    ['of a HEAD', [200], request('HEAD /livez', [], inside)],
    ['without a token', [401], request('POST /fhir/Patient', [], inside)],
    ['of another form', [415], request('POST /fhir/Patient', [bearer], inside)],
    ['in chunks', [405], post(['Transfer-Encoding: chunked'], chunks)],
    ['in chunks, without a token', [401], post(['Transfer-Encoding: chunked'], chunks).replace('/livez', '/fhir/Patient')],
    // It ends before it should: that is told, too.
    ['too large', [413, 400], request('POST /billing/acks', [bearer, 'Content-Length: 9000000']) + inside.repeat(20)],
    ['said to be expected, without a token', [100, 401], request('POST /fhir/Patient', ['Expect: 100-continue'], inside)],
    ['after a crooked path', [400], request('POST /livez%2f..', [], inside)],
  ]
}

/** Ways to say `/admin/clients`, and other paths that are closed. */
export const disguises: readonly string[] = [
  ...['/livez/../admin/clients', '/livez/%2e%2e/admin/clients', '/livez/.%2e/admin/clients', '/livez%2f..%2fadmin/clients'],
  ...['/livez/..;/admin/clients', '/livez;/../admin/clients', '/livez\\..\\admin\\clients', '/livez%00/admin/clients'],
  ...['//admin/clients', '///admin/clients', '/./admin/clients', '/%61dmin/clients', '/ADMIN/clients', '/admin%2fclients'],
  ...['/admin/clients;x=1', '/admin/clients%20', '/admin;/clients', '/messages/../admin/clients', '/admin/clients?/livez'],
  ...['/messages/x/../../fhir/Patient', '/fhir/metadata/../Patient', '/fhir/metadata%3f/../Patient', '/fhir/Patient#/metadata'],
  ...['/fhir/.well-known/../Patient', '/fhir/.well-known/%2e%2e/Patient', '/fhir/.well-known/..%5cPatient'],
  ...['/.well-known/../fhir/Patient', '/.well-known//../fhir/Patient', '/fhir/Patient?_format=/livez', '/.well-known/%5c..'],
  ...['http://localhost/admin/clients', 'https://localhost/admin/clients', 'http://elsewhere.example/admin/clients'],
  ...['http://localhost@elsewhere.example/admin/clients', 'http:/admin/clients', 'file:///admin/clients', 'admin/clients'],
  ...['?/admin/clients', '*', 'localhost:443', '/admin/\tclients', '/admin/clients\x00', '/\xff/../admin/clients', ''],
]

/** Questions that one header, said twice or in vain, could answer otherwise; each may be answered as told only. */
export function headers(bearer: string): readonly (readonly [name: string, status: number, text: string])[] {
  const ask = (...lines: string[]) => request('GET /fhir/Patient?_summary=count', lines)
  const tell = (...lines: string[]) => request('POST /fhir/Patient', [bearer, ...lines], smuggled)
  const [fhir, text] = ['Content-Type: application/fhir+json', 'Content-Type: text/plain']
  const many = Array.from({ length: 2200 }, () => 'a:')
  return [
    ['no Host', 400, `GET /fhir/Patient HTTP/1.1\r\n${bearer}\r\n\r\n`],
    ['two Hosts', 400, ask('Host: elsewhere.example', bearer)],
    ['the same Host twice', 400, ask('Host: localhost', bearer)],
    ...['a b', 'a/livez?', 'u:p@localhost', 'localhost:x', '[::1'].map(
      (host) => [`the Host ${host}`, 400, `GET /fhir/Patient HTTP/1.1\r\nHost: ${host}\r\n${bearer}\r\n\r\n`] as const,
    ),
    ['a token, then none', 401, ask(bearer, 'Authorization: Bearer x')],
    ['none, then a token', 401, ask('Authorization: Bearer x', bearer)],
    ['a token twice', 401, ask(bearer, bearer)],
    ['a token in a trailer', 401, `${post(['Transfer-Encoding: chunked'], `0\r\n${bearer}\r\n\r\n`).replace('/livez', '/fhir')}`],
    ['a token in the URL', 400, request(`GET /fhir/Patient?access_token=${bearer.split(' ').at(-1)}`)],
    ['a token behind 2,200 headers', 431, ask(...many, bearer)],
    ['a token among the headers of this hop', 200, ask('Connection: Authorization, close', bearer)],
    ['two types of a body', 415, tell(text, fhir)],
    ['two types of a body, the right one first', 415, tell(fhir, text)],
    ['two packings of a body', 415, tell(fhir, 'Content-Encoding: identity', 'Content-Encoding: gzip')],
    ['an expectation that is none', 417, tell(fhir, 'Expect: 200-ok')],
    ['headers of 17,000 bytes', 431, ask(`X: ${'y'.repeat(17_000)}`, bearer)],
    ['a URL of 9,000 bytes', 400, request(`GET /fhir/Patient?name=${'y'.repeat(9000)}`, [bearer])],
    ['a URL of 20,000 bytes', 431, request(`GET /fhir/Patient?name=${'y'.repeat(20_000)}`, [bearer])],
    ['another protocol', 401, ask('Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAA')],
    [
      'a web socket',
      401,
      ask('Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: eA=='),
    ],
    ['a trace', 405, request('TRACE /livez', ['X-Secret: smuggled-secret'])],
    ['a method of its own', 400, request('STEAL /fhir/Patient', [bearer])],
    ['a method in small letters', 400, request('get /fhir/Patient', [bearer])],
  ]
}
