/** However many sign in, their provider is asked once in a while what it tells of itself. */
import { expect, test } from 'vitest'
import { askProviderBy } from '../../src/net/ask-provider.ts'
import type { SafeFetch } from '../../src/net/safe-fetch.ts'

const url = 'https://id.example/.well-known/openid-configuration'

/** A provider that answers what the story says, and counts. */
function provider() {
  const it = { now: 0, asked: 0, broken: false, answer: '{"issuer":"https://id.example"}' as string | undefined }
  const safeFetch = (async () => {
    it.asked++
    if (it.broken) throw new Error('broken')
    return it.answer === undefined
      ? { outcome: 'failed' }
      : { outcome: 'answered', status: 200, headers: new Headers(), bytes: new TextEncoder().encode(it.answer) }
  }) as unknown as SafeFetch
  return { it, ask: askProviderBy(safeFetch, () => it.now) }
}

test('what it tells of itself is good for five minutes', async () => {
  const { it, ask } = provider()
  const all = await Promise.all([ask(url), ask(url)])
  expect([all, it.asked]).toEqual([Array(2).fill({ issuer: 'https://id.example' }), 1])
  it.now = 5 * 60_000 - 1
  await ask(url)
  expect(it.asked).toBe(1)
  it.now++
  await ask(url)
  expect(it.asked).toBe(2)
})

test('that it did not answer is not remembered, nor what a code was worth', async () => {
  const { it, ask } = provider()
  it.answer = undefined
  expect([await ask(url), await ask(url), it.asked]).toEqual([undefined, undefined, 2])
  it.broken = true
  await expect(ask(url)).rejects.toThrow('broken')
  it.broken = false
  it.answer = '{}'
  expect(await ask(url)).toEqual({})
  it.asked = 2
  const posted = { authorization: 'Basic x', form: { code: 'x' } }
  await ask(url, posted)
  await ask(url, posted)
  expect(it.asked).toBe(4)
})
