/** Ids made from what they are about. */
import { expect, test } from 'vitest'
import { derivedId, partId } from '../../src/flows/derived-id.ts'

const stay = 'dis-01M8KN4TR5GNH9AWB3ADQJMSVM'

test('the same comes to the same id, anything else to another', () => {
  for (const id of [derivedId, partId]) {
    expect(id('con', stay, 'F32.2')).toBe(id('con', stay, 'F32.2'))
    expect(new Set([id('con', stay, 'F32.2'), id('con', stay, 'F41.1'), id('con', 'other', 'F32.2')]).size).toBe(3)
    expect(id('con', stay, 'F32.2')).toMatch(/^con-[0-9A-HJKMNP-TV-Z]{26}$/)
  }
})

test('a part is near others of its time; of what bears a foreign id it is a hash alone', () => {
  expect(partId('con', stay, 'F32.2')).toMatch(/^con-01M8KN4TR5/)
  for (const foreign of ['', 'Visit-1', stay.toLowerCase(), `${stay}A`])
    expect(partId('con', foreign, 'F32.2')).toBe(derivedId('con', foreign, 'F32.2'))
})
