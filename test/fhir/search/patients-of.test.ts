/** Whom rolls tell of, however many they are. */
import { expect, test } from 'vitest'
import { lookingForPatients, patientsOf } from '../../../src/fhir/search/patients-of.ts'

const member = (reference: string) => ({ entity: { reference } })
const group = (...references: readonly string[]) => ({ resourceType: 'Group', id: 'g', member: references.map(member) })

test('all whom a roll names, each once, wherever it names them', () => {
  const roll = {
    ...group('Patient/a', 'Practitioner/p', 'Patient/b', 'Patient/a/_history/2'),
    managingEntity: { extension: [{ url: 'urn:x', valueReference: { reference: 'Patient/c' } }] },
  }
  expect(patientsOf(roll).toSorted()).toEqual(['a', 'b', 'c'])
})

test('of what is no roll those whom it is about', () => {
  const subject = { reference: 'Patient/a' }
  expect(patientsOf({ resourceType: 'Observation', subject, focus: [{ reference: 'Patient/b' }] })).toEqual(['a'])
  expect(patientsOf({ resourceType: 'Task', for: subject, focus: { reference: 'Patient/b' } })).toEqual(['a'])
})

test.each([
  ['a long roll', group(...Array.from({ length: 20_000 }, (_, i) => `Patient/${i}`)), 20_000],
  [
    'another resource',
    { resourceType: 'Observation', performer: Array.from({ length: 20_000 }, () => ({ reference: 'Patient/a' })) },
    1,
  ],
])('others may have their turn in between: %s', (_, resource, found) => {
  const looking = lookingForPatients(resource)
  let stops = 0
  let step = looking.next()
  for (; !step.done; step = looking.next()) stops++
  expect(stops).toBeGreaterThanOrEqual(10)
  expect(step.value).toHaveLength(found)
})
