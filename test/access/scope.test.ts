import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide } from '../../src/access/decide.ts'
import type { Principal } from '../../src/access/principal.ts'
import { grant, type Permission, parseScope, parseScopes, permits } from '../../src/access/scope.ts'

const client = (...scopes: string[]): Principal => ({
  kind: 'client',
  id: 'c',
  tenant: 'default',
  scopes,
  purpose: 'TREAT',
  visible: 'everything',
})

describe('a scope', () => {
  test.each([
    ['system/Patient.rs', 'Patient', 'rs'],
    ['system/*.cruds', '*', 'cruds'],
    ['system/Observation.c', 'Observation', 'c'],
    ['system/Patient.read', 'Patient', 'rs'],
    ['system/Patient.write', 'Patient', 'cud'],
    ['system/*.*', '*', 'cruds'],
  ])('%s is on %s: %s', (text, type, permissions) => expect(parseScope(text)).toEqual({ type, permissions, text }))

  test.each([
    '',
    'system',
    'system/',
    'system/Patient',
    'system/Patient.',
    'system/.rs',
    'system/Patient.sr',
    'system/Patient.rr',
    'system/Patient.dus',
    'system/Patient.x',
    'system/Patient.rsx',
    'system/Patient.READ',
    'system/patient.rs',
    'System/Patient.rs',
    'system/Foo.rs',
    'system/constructor.rs',
    'system/Patient.rs?a=b',
    'system/Patient.rs ',
    ' system/Patient.rs',
    'patient/Patient.rs',
    'user/Patient.rs',
    'launch',
    'system/Patient.rs\n',
    'system/**.rs',
    'system/Patient.**',
  ])('%j is none', (text) => expect(parseScope(text)).toBeUndefined())
})

const type = fc.constantFrom('Patient', 'Observation', 'Claim', 'AuditEvent')
const permissions = fc.subarray(['c', 'r', 'u', 'd', 's'] as Permission[], { minLength: 1 }).map((set) => set.join(''))
const scope = fc
  .tuple(fc.oneof(type, fc.constant('*')), fc.oneof(permissions, fc.constantFrom('read', 'write', '*')))
  .map(([on, may]) => `system/${on}.${may}`)
const scopes = fc.array(scope, { minLength: 1, maxLength: 4 }).map((list) => list.join(' '))
const permission = fc.constantFrom<Permission>('c', 'r', 'u', 'd', 's')

describe('what is granted', () => {
  test('permits exactly what was asked for and is allowed', () => {
    fc.assert(
      fc.property(scopes, scopes, type, permission, (asked, allowed, on, may) => {
        const granted = grant(asked, allowed)
        const permitted = granted.ok && permits(parseScopes(granted.value.join(' ')), may, on)
        expect(permitted).toBe(permits(parseScopes(asked), may, on) && permits(parseScopes(allowed), may, on))
      }),
      { numRuns: 1000 },
    )
  })

  test('is no wider when asked for again', () => {
    fc.assert(
      fc.property(scopes, scopes, (asked, allowed) => {
        const first = grant(asked, allowed)
        if (!first.ok) return
        const again = grant(first.value.join(' '), allowed)
        expect(again.ok && again.value).toEqual(first.value)
      }),
    )
  })
})

describe('the decision', () => {
  test.each([
    ['read', 'system/Patient.r', true],
    ['vread', 'system/Patient.r', true],
    ['history-instance', 'system/Patient.r', true],
    ['history-type', 'system/Patient.r', false],
    ['search-type', 'system/Patient.r', false],
    ['search-type', 'system/Patient.s', true],
    ['create', 'system/Patient.c', true],
    ['update', 'system/Patient.c', false],
    ['patch', 'system/Patient.u', true],
    ['delete', 'system/Patient.cru', false],
    ['read', 'system/Observation.r', false],
    ['read', 'system/*.read', true],
    ['create', 'system/*.read', false],
  ] as const)('%s with %s: %s', (interaction, text, allowed) =>
    expect(decide(client(text), interaction, 'Patient').ok).toBe(allowed),
  )

  test('does not reach the audit by way of *', () => {
    expect(decide(client('system/*.cruds'), 'read', 'AuditEvent').ok).toBe(false)
    expect(decide(client('system/AuditEvent.rs'), 'read', 'AuditEvent').ok).toBe(true)
  })

  test('allows nothing without scopes, to operators either', () => {
    expect(decide(client(), 'read', 'Patient').ok).toBe(false)
    expect(decide({ ...client(), kind: 'admin' }, 'read', 'Patient').ok).toBe(false)
    expect(decide({ ...client(), kind: 'local' }, 'read', 'Patient').ok).toBe(true)
  })
})
