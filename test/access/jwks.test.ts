import { beforeEach, describe, expect, test } from 'vitest'
import { createKeySource, type KeySource } from '../../src/access/jwks.ts'

const uri = 'https://client.example/jwks'
const key = (kid: string) => ({ kty: 'EC', crv: 'P-384', x: 'AQ', y: 'AQ', kid })
const names = async (found: ReturnType<KeySource>) => (await found)?.map(({ kid }) => kid)

let now: number
let fetched: number
let answer: { text: string; cacheControl: string | undefined } | undefined
let keys: KeySource

beforeEach(() => {
  now = 1_000_000
  fetched = 0
  answer = { text: JSON.stringify({ keys: [key('k1')] }), cacheControl: 'max-age=120' }
  keys = createKeySource({
    clock: () => now,
    get: async () => {
      fetched++
      return answer
    },
  })
})

describe('the keys at an address', () => {
  test('are fetched once while they are fresh (SBS-32)', async () => {
    expect(await names(keys(uri, 'k1'))).toEqual(['k1'])
    now += 119_000
    expect(await names(keys(uri, 'k1'))).toEqual(['k1'])
    expect(fetched).toBe(1)
    now += 1000
    await keys(uri, 'k1')
    expect(fetched).toBe(2)
  })

  test.each([
    ['max-age=2', 2],
    ['private, Max-Age="10"', 10],
    [undefined, 60],
    ['public', 60],
    ['max-age=999999999', 86_400],
    ['no-store, max-age=100', 0],
    ['no-cache', 0],
    ['max-age=0', 0],
  ])('with Cache-Control %j are used for %i s', async (cacheControl, seconds) => {
    answer = { ...answer!, cacheControl }
    await keys(uri, 'k1')
    now += Math.max(0, seconds * 1000 - 1)
    await keys(uri, 'k1')
    expect(fetched).toBe(seconds === 0 ? 2 : 1)
    now += 1
    await keys(uri, 'k1')
    expect(fetched).toBe(seconds === 0 ? 3 : 2)
  })

  test('are looked at again for an unknown name: at once, then at most every 30 s (SBS-33)', async () => {
    await keys(uri, 'k1')
    answer = { ...answer!, text: JSON.stringify({ keys: [key('k2')] }) }
    expect(await names(keys(uri, 'k2'))).toEqual(['k2'])
    expect(fetched).toBe(2)
    for (let i = 0; i < 100; i++) await keys(uri, `guess-${i}`)
    expect(fetched).toBe(2)
    now += 30_000
    await keys(uri, 'guess')
    expect(fetched).toBe(3)
  })

  test('are not looked at more often for guesses when they may not be kept', async () => {
    answer = { ...answer!, cacheControl: 'no-store' }
    await keys(uri, 'k1')
    for (let i = 0; i < 100; i++) await keys(uri, `guess-${i}`)
    expect(fetched).toBe(2)
    expect(await names(keys(uri, 'k1'))).toEqual(['k1'])
  })

  test('stop working within their time when they are withdrawn (SBS-35)', async () => {
    answer = { ...answer!, cacheControl: 'max-age=2' }
    await keys(uri, 'k1')
    answer = { text: JSON.stringify({ keys: [key('k2')] }), cacheControl: 'max-age=2' }
    now += 2000
    expect(await names(keys(uri, 'k1'))).toEqual(['k2'])
  })

  test('are used while fresh though the address fails, and not a moment longer (SBS-34)', async () => {
    await keys(uri, 'k1')
    answer = undefined
    now += 119_999
    expect(await names(keys(uri, 'k1'))).toEqual(['k1'])
    now += 1
    expect(await names(keys(uri, 'k1'))).toBeUndefined()
  })

  test('are used no longer, and asked for no later, where the clock is set back', async () => {
    const hour = 3_600_000
    now += hour
    await keys(uri, 'k1')
    now -= hour
    answer = { ...answer!, text: JSON.stringify({ keys: [key('k2')] }) }
    expect(await names(keys(uri, 'k1'))).toEqual(['k2'])
    const elsewhere = 'https://other.example/jwks'
    const good = answer
    answer = undefined
    now += hour
    expect(await keys(elsewhere, 'k2')).toBeUndefined()
    now -= hour
    answer = good
    expect(await names(keys(elsewhere, 'k2'))).toEqual(['k2'])
  })

  test('that fail are not asked for at once again', async () => {
    answer = undefined
    for (let i = 0; i < 10; i++) expect(await keys(uri, 'k1')).toBeUndefined()
    expect(fetched).toBe(1)
    now += 5000
    await keys(uri, 'k1')
    expect(fetched).toBe(2)
  })

  test('are fetched once for many who ask at the same moment', async () => {
    await Promise.all(Array.from({ length: 50 }, () => keys(uri, 'k1')))
    expect(fetched).toBe(1)
  })

  test.each([
    '',
    '<html>',
    '[]',
    '{"keys":{}}',
    `{"keys":[${Array(101).fill('{}').join()}]}`,
    '{"keys":[{"kty":"oct","k":"x","kid":"k1"}]}',
  ])('are none where the answer is %s', async (text) => {
    answer = { text: text.slice(0, 5000), cacheControl: undefined }
    expect(await keys(uri, 'k1')).toBeUndefined()
  })

  test('leave out what cannot be used', async () => {
    answer = {
      ...answer!,
      text: JSON.stringify({
        keys: [key('k1'), null, 7, { kty: 'EC' }, { ...key('k2'), crv: 'P-521' }, { ...key('k3'), use: 'enc' }],
      }),
    }
    expect(await names(keys(uri, 'k1'))).toEqual(['k1'])
  })
})
