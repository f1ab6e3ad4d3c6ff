/** ID tokens as attackers make them: none of them says who somebody is. https://www.rfc-editor.org/rfc/rfc8725 */
import { exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { readIdToken } from '../../src/access/id-token.ts'

const now = Date.UTC(2026, 2, 2, 9, 30)
const expected = { issuer: 'https://id.example', clientId: 'handoff', nonce: 'n', jwksUri: 'https://id.example/keys' }
const claims = { iss: expected.issuer, aud: 'handoff', sub: 'dana', nonce: 'n', iat: now / 1000, exp: now / 1000 + 300 }
let pair: CryptoKeyPair
let jwk: JWK
beforeAll(async () => {
  pair = (await generateKeyPair('RS256', { extractable: true })) as CryptoKeyPair
  jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k', use: 'sig' }
})

const read = (token: unknown, keys: readonly JWK[] = [jwk]) =>
  readIdToken(token, expected, async (_, kid) => keys.filter((key) => key.kid === kid), now)
const signed = (header: object = {}, more: object = {}) =>
  new SignJWT({ ...claims, ...more }).setProtectedHeader({ alg: 'RS256', kid: 'k', ...header }).sign(pair.privateKey)
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

test('one that is the provider’s says who it is', async () => {
  expect(await read(await signed())).toMatchObject({ sub: 'dana' })
  // Their clock may be a minute ahead, or behind.
  expect(await read(await signed({}, { nbf: now / 1000 + 59 }))).toMatchObject({ sub: 'dana' })
  expect(await read(await signed({}, { exp: now / 1000 - 59 }))).toMatchObject({ sub: 'dana' })
})

test('one without a signature says nothing', async () => {
  for (const alg of ['none', 'None', 'RS256'])
    expect(typeof (await read(`${part({ alg, kid: 'k' })}.${part(claims)}.`)), alg).toBe('string')
})

test('nor one that is signed with the public key, as if that were a secret', async () => {
  const secret = new TextEncoder().encode(await exportSPKI(pair.publicKey))
  const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'k' }).sign(secret)
  expect(await read(token)).toBe('alg')
})

test('nor one that brings its own key along', async () => {
  const other = await generateKeyPair('RS256')
  const own = await exportJWK(other.publicKey)
  const header = { alg: 'RS256', kid: 'k', jwk: own, jku: 'https://evil.example/keys' }
  expect(await read(await new SignJWT(claims).setProtectedHeader(header).sign(other.privateKey))).toBe('signature')
})

test.each([
  ['of a key that is not there', { kid: 'another' }, 'key'],
  ['of a key without a name', { kid: undefined }, 'key'],
  ['with another signature', { alg: 'PS256' }, 'alg'],
])('nor one %s', async (_, header, code) => {
  const [, ...rest] = (await signed()).split('.')
  expect(await read([part({ alg: 'RS256', kid: 'k', ...header }), ...rest].join('.'))).toBe(code)
})

test('nor one by a name that two keys have', async () => {
  const other = { ...(await exportJWK((await generateKeyPair('RS256')).publicKey)), kid: 'k' }
  expect(await read(await signed(), [jwk, other])).toBe('key')
})

test('nor one signed in a way that the provider does not say it has', async () => {
  const other = (await generateKeyPair('ES256', { extractable: true })) as CryptoKeyPair
  const own = { ...(await exportJWK(other.publicKey)), kid: 'k' }
  const token = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(other.privateKey)
  const readBy = (...signs: string[]) => readIdToken(token, { ...expected, signs }, async () => [own], now)
  expect(await readBy('RS256', 'ES256')).toMatchObject({ sub: 'dana' })
  expect([await readBy('RS256'), await read(token, [own])]).toEqual(['alg', 'alg'])
  const secret = new TextEncoder().encode(await exportSPKI(pair.publicKey))
  const shared = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'k' }).sign(secret)
  expect(await readIdToken(shared, { ...expected, signs: ['HS256'] }, async () => [jwk], now)).toBe('alg')
})

test.each([undefined, 7, '', '.', '..', 'a.b.c', 'x'.repeat(20_000), '{}'])('nor %j', async (token) => {
  expect(typeof (await read(token))).toBe('string')
})

test.each([
  ['of several audiences, and handed to nobody', { aud: ['handoff', 'another'] }, 'azp'],
  ['of several audiences, and handed to another', { aud: ['handoff', 'another'], azp: 'another' }, 'azp'],
  ['of an issuer with a slash more', { iss: `${expected.issuer}/` }, 'iss'],
  ['with a nonce in other letters', { nonce: 'N' }, 'nonce'],
  ['with nonces', { nonce: ['n'] }, 'nonce'],
])('nor one %s', async (_, more, code) => {
  expect(await read(await signed({}, more))).toBe(code)
})
