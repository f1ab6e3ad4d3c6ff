import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { etag, httpDate, notModified, parseEtag, parseHttpDate, readConditions, unmet } from '../../src/fhir/version.ts'

describe('entity tags', () => {
  test('are weak when printed, and read weak or strong', () => {
    expect(etag(3)).toBe('W/"3"')
    expect(parseEtag('W/"3"')).toBe('3')
    expect(parseEtag(' "a.b-1" ')).toBe('a.b-1')
  })

  test.each(['3', 'W/3', '"3', 'w/"3"', '""', '"a b"', '"1","2"', `"${'1'.repeat(65)}"`])('%j is none', (text) => {
    expect(parseEtag(text)).toBeUndefined()
  })

  // "If-Match = "*" / #entity-tag": https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1
  test.each(['ifMatch', 'ifNoneMatch'] as const)('%s names one version, several, or any', (name) => {
    expect(readConditions({ [name]: 'W/"3"' })).toEqual({ ok: true, value: { [name]: ['3'] } })
    expect(readConditions({ [name]: 'W/"3", "4"' })).toEqual({ ok: true, value: { [name]: ['3', '4'] } })
    expect(readConditions({ [name]: '*' })).toEqual({ ok: true, value: { [name]: ['*'] } })
    expect(readConditions({ [name]: 'W/"3", x' }).ok).toBe(false)
    expect(readConditions({ [name]: '' }).ok).toBe(false)
  })
})

describe('HTTP dates', () => {
  test('are read as they are printed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        expect(parseHttpDate(httpDate(seconds * 1000))).toBe(seconds * 1000)
      }),
    )
  })

  test.each([
    'Sun, 01 Mar 2026 09:30:00',
    'Mon, 01 Mar 2026 09:30:00 GMT',
    'Sun, 31 Feb 2026 09:30:00 GMT',
    '2026-03-01',
    'Sun, 01 Foo 2026 09:30:00 GMT',
  ])('%s is none', (text) => {
    expect(parseHttpDate(text)).toBeUndefined()
  })
})

describe('conditions', () => {
  const current = { version: 3, lastUpdated: Date.UTC(2026, 2, 1, 9, 30, 0, 500) }
  const found = (conditions: Parameters<typeof readConditions>[0], of: typeof current | undefined = current) => {
    const read = readConditions(conditions)
    return read.ok ? unmet(read.value, of) : read.problem.code
  }

  test('are met by the version that stands, or are not', () => {
    expect([found({ ifMatch: '"2", "3"' }), found({ ifMatch: '"2"' })]).toEqual([undefined, 'If-Match'])
    expect([found({ ifNoneMatch: '"2"' }), found({ ifNoneMatch: '*' })]).toEqual([undefined, 'If-None-Match'])
    const at = (time: string) => found({ ifUnmodifiedSince: `Sun, 01 Mar 2026 ${time} GMT` })
    expect([at('09:30:00'), at('09:29:59')]).toEqual([undefined, 'If-Unmodified-Since'])
    expect(found({ ifUnmodifiedSince: 'some day' })).toBeUndefined()
    expect(found({ ifUnmodifiedSince: 'Sun, 01 Mar 2026 09:29:59 GMT', ifMatch: '*' })).toBeUndefined()
  })

  test('of nothing that stands: only that of a version is not met', () => {
    const none = readConditions({ ifMatch: '*' })
    expect(none.ok && unmet(none.value, undefined)).toBe('If-Match')
    const rest = readConditions({ ifNoneMatch: '*', ifUnmodifiedSince: 'Sun, 01 Mar 2026 09:29:59 GMT' })
    expect(rest.ok && unmet(rest.value, undefined)).toBeUndefined()
  })
})

describe('a read is answered "not modified"', () => {
  const current = { version: 3, lastUpdated: Date.UTC(2026, 2, 1, 9, 30, 0, 500) }

  test('if the caller has this version', () => {
    expect(notModified({ ifNoneMatch: 'W/"2", W/"3"' }, current)).toBe(true)
    expect(notModified({ ifNoneMatch: '*' }, current)).toBe(true)
    expect(notModified({ ifNoneMatch: 'W/"2"' }, current)).toBe(false)
    expect(notModified({}, current)).toBe(false)
  })

  test('if it has not changed since, to the second; the version has the last word', () => {
    expect(notModified({ ifModifiedSince: 'Sun, 01 Mar 2026 09:30:00 GMT' }, current)).toBe(true)
    expect(notModified({ ifModifiedSince: 'Sun, 01 Mar 2026 09:29:59 GMT' }, current)).toBe(false)
    expect(notModified({ ifModifiedSince: 'yesterday' }, current)).toBe(false)
    expect(notModified({ ifNoneMatch: 'W/"2"', ifModifiedSince: 'Sun, 01 Mar 2026 09:30:00 GMT' }, current)).toBe(false)
  })
})
