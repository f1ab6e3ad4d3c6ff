import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seal, unseal } from '../../src/access/seal.ts'

let drawn = 0
const random = (count: number): Uint8Array =>
  Uint8Array.from({ length: count }, () => {
    drawn = (Math.imul(drawn, 1103515245) + 12345) >>> 0
    return drawn >>> 24
  })
const sealing = { key: new Uint8Array(32).fill(7), random }
const rosa = { tenant: 'harbor', id: 'ehr' }
const page = { path: '/fhir/Patient', pairs: [['name', 'Núñez']], after: 'x' }
const sealed = () => seal(sealing, 'page', page, rosa, 2000)

test('is opened by whom it was given to, until its time', () => {
  expect(unseal(sealing, 'page', sealed(), rosa, 1999)).toEqual({ ok: true, value: page })
  expect(unseal(sealing, 'page', sealed(), rosa, 2000)).toMatchObject({ ok: false, problem: { code: 'gone' } })
})

test.each([
  ['another tenant', { ...rosa, tenant: 'lakeshore' }],
  ['another client', { ...rosa, id: 'payer' }],
])('is not opened by %s, whether in time or not', (_, holder) => {
  for (const now of [1999, 2000])
    expect(unseal(sealing, 'page', sealed(), holder, now)).toMatchObject({ ok: false, problem: { code: 'forbidden' } })
})

test('serves one purpose, and one key', () => {
  const invalid = { ok: false, problem: { code: 'invalid' } }
  expect(unseal(sealing, 'message', sealed(), rosa, 0)).toMatchObject(invalid)
  expect(unseal({ ...sealing, key: new Uint8Array(32) }, 'page', sealed(), rosa, 0)).toMatchObject(invalid)
})

test('says nothing of what is in it, and is never the same twice', () => {
  const [one, another] = [sealed(), sealed()]
  expect(one).toMatch(/^[A-Za-z0-9_-]+$/)
  expect(atob(one.replaceAll('-', '+').replaceAll('_', '/'))).not.toContain('Patient')
  expect(one).not.toBe(another)
})

test('is none of ours once anything in it has changed', () => {
  const text = sealed()
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom(...'AZaz09-_'), (at, character) => {
      const changed = text.slice(0, at) + character + text.slice(at + 1)
      const opened = unseal(sealing, 'page', changed, rosa, 0)
      // The last character has bits to spare.
      if (changed !== text && at < text.length - 1) expect(opened).toMatchObject({ ok: false, problem: { code: 'invalid' } })
    }),
  )
  for (const short of ['', 'A', text.slice(0, 30), '!!', 'é']) expect(unseal(sealing, 'page', short, rosa, 0).ok).toBe(false)
})
