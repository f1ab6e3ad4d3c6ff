import { describe, expect, test } from 'vitest'
import { localReference, parseReference, referencesIn } from '../../src/fhir/reference.ts'

describe('a reference', () => {
  test.each([
    ['Patient/1', { kind: 'relative', type: 'Patient', id: '1' }],
    ['Patient/1/_history/2', { kind: 'relative', type: 'Patient', id: '1', version: '2' }],
    ['https://a.example/fhir/Patient/1', { kind: 'absolute', base: 'https://a.example/fhir', type: 'Patient', id: '1' }],
    [
      'http://a.example/Patient/1/_history/x',
      { kind: 'absolute', base: 'http://a.example', type: 'Patient', id: '1', version: 'x' },
    ],
    ['Practitioner?identifier=urn:npi|1/2', { kind: 'conditional', type: 'Practitioner', query: 'identifier=urn:npi|1/2' }],
    ['urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0', { kind: 'urn', urn: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0' }],
    ['#author', { kind: 'contained', id: 'author' }],
    ['#', { kind: 'contained', id: '' }],
  ])('%s', (text, parsed) => {
    expect(parseReference(text)).toEqual(parsed)
  })

  test.each([
    ...[
      '',
      'Patient',
      'Patient/',
      '/Patient/1',
      'patient/1',
      'Nobody/1',
      'Patient/1/2',
      'Patient/a b',
      `Patient/${'x'.repeat(65)}`,
      'ftp://a/Patient/1',
    ],
    ...[
      'Nobody?identifier=1',
      '?identifier=1',
      'https://a.example/page',
      'https:///Patient/1',
      'javascript:alert(1)',
      'Patient/1/_history/',
    ],
  ])('%j is none that means a resource', (text) => {
    expect(parseReference(text)).toEqual({ kind: 'other', text })
  })

  test('below our own base is local, also with a version; elsewhere it is not', () => {
    const base = 'https://us.example/fhir'
    expect(localReference('https://us.example/fhir/Patient/1', base)).toBe('Patient/1')
    expect(localReference('https://us.example/fhir/Patient/1/_history/3', base)).toBe('Patient/1/_history/3')
    for (const other of ['https://us.example/Patient/1', 'https://us.example/fhir/x/Patient/1', 'Patient/1', 'urn:uuid:1']) {
      expect(localReference(other, base)).toBeUndefined()
    }
  })
})

test('all references of a value, with their places', () => {
  const value = {
    subject: { reference: 'Patient/1' },
    participant: [{ individual: { reference: '#x' } }, null],
    note: { reference: { reference: 'a' } },
    n: 1,
  }
  expect(referencesIn(value)).toEqual([
    { path: 'subject.reference', reference: 'Patient/1' },
    { path: 'participant[0].individual.reference', reference: '#x' },
    { path: 'note.reference.reference', reference: 'a' },
  ])
})
