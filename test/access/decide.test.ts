/** Each interaction wants its own permission, for its own type: no other will do. https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html */
import { describe, expect, test } from 'vitest'
import { decide, type Interaction } from '../../src/access/decide.ts'
import type { Principal } from '../../src/access/principal.ts'

const holding = (...scopes: string[]): Principal => ({
  ...{ kind: 'client', id: 'c', tenant: 'default', scopes, purpose: 'TREAT', visible: { patients: 'all' } },
})
const needed: readonly (readonly [Interaction, string])[] = [
  ['read', 'r'],
  ['vread', 'r'],
  ['history-instance', 'r'],
  ['history-type', 's'],
  ['search-type', 's'],
  ['create', 'c'],
  ['update', 'u'],
  ['patch', 'u'],
  ['delete', 'd'],
]

describe.each(needed)('%s', (interaction, letter) => {
  test.each([...'cruds'])('is permitted by %s, or not', (permission) => {
    for (const type of ['Patient', '*'])
      expect(decide(holding(`system/${type}.${permission}`), interaction, 'Patient').ok).toBe(permission === letter)
  })

  test('is of the type that the scope names', () => {
    expect(decide(holding('system/Observation.cruds', 'system/Person.cruds'), interaction, 'Patient').ok).toBe(false)
    expect(decide(holding(), interaction, 'Patient').ok).toBe(false)
    expect(decide(holding('system/*.cruds'), interaction, 'AuditEvent').ok).toBe(false)
    expect(decide(holding('system/AuditEvent.cruds'), interaction, 'AuditEvent').ok).toBe(true)
  })
})
