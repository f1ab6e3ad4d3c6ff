import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Location } from '../../src/domain/location.ts'
import { isNpi, Npi } from '../../src/domain/npi.ts'
import { besideRoles, nucc, Practitioner, PractitionerCommand, taxonomyOf, validOn } from '../../src/domain/practitioner.ts'
import { capacityAt, isVerificationDue, type ServiceOffering, ServiceOfferingCommand } from '../../src/domain/service-offering.ts'

describe('an NPI', () => {
  test('is ten digits with a check digit over 80840', () => {
    // The example of the check digit's definition.
    expect(isNpi('1234567893')).toBe(true)
    for (const wrong of ['1234567890', '123456789', '12345678930', '0234567893', '123456789a', ''])
      expect(isNpi(wrong)).toBe(false)
    expect(Npi.safeParse('1234567890').error?.issues[0]?.message).toBe('its check digit is wrong')
  })

  test('tells every single wrong digit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 9 }), (place, off) => {
        const digits = [...'1234567893']
        digits[place] = String((Number(digits[place]) + off) % 10)
        expect(isNpi(digits.join(''))).toBe(false)
      }),
    )
  })
})

describe('a credential', () => {
  const licence = { code: 'LCSW', validFrom: '2025-01-01', validTo: '2026-12-31' }
  test('is valid on the days it names, ends included', () => {
    const days = ['2024-12-31', '2025-01-01', '2026-12-31', '2027-01-01']
    expect(days.map((day) => validOn(licence, day))).toEqual([false, true, true, false])
  })
  test('is not valid while it is suspended, whatever its dates say', () => {
    expect(validOn({ ...licence, status: 'suspended' }, '2026-01-01')).toBe(false)
    expect(validOn({ code: 'CHW' }, '2026-01-01')).toBe(true)
  })
})

test('a practitioner counts as what any role says, and as what stands beside them', () => {
  const [counsellor, social] = ['101YM0800X', '1041C0700X'].map((code) => ({ system: nucc, code }) as const)
  const roles = [{ roles: [], specialties: [counsellor!, { display: 'counsellor' }], locations: [] }]
  expect(taxonomyOf({ roles, taxonomy: [social!, counsellor!] })).toEqual([counsellor, social])
  expect(besideRoles([counsellor!, social!], roles)).toEqual([social])
})

test('a practitioner of ours is something, somewhere', () => {
  const person = { names: [{ family: 'Ortiz' }], staffLevel: 'master', roles: [{ organizationId: 'org-1' }, {}] }
  const missing = PractitionerCommand.safeParse(person).error!.issues.map(({ path }) => path.join('.'))
  expect(missing).toEqual(['roles.0.roles', 'roles.1.organizationId'])
  expect(Practitioner.safeParse(person).success).toBe(true)
})

test('a place on the map has two coordinates or none', () => {
  expect(Location.safeParse({ lat: '42.7' }).success).toBe(false)
  expect(Location.safeParse({ lat: '42.7', lon: '-73.70' }).success).toBe(true)
})

describe('a service', () => {
  const pantry = (more: object): ServiceOffering => ({ name: 'Elm Street Pantry', state: 'active', ...more }) as ServiceOffering
  const now = '2026-03-09T10:00:00Z'

  test('has to be verified again when its time is over, or when nobody ever did', () => {
    expect(isVerificationDue(pantry({}), now)).toBe(false)
    expect(isVerificationDue(pantry({ verifyEvery: 'P90D' }), now)).toBe(true)
    expect(isVerificationDue(pantry({ verifyEvery: 'P90D', verifiedAt: '2025-12-09T10:00:00Z' }), now)).toBe(false)
    expect(isVerificationDue(pantry({ verifyEvery: 'P90D', verifiedAt: '2025-12-09T09:59:59Z' }), now)).toBe(true)
    expect(isVerificationDue(pantry({ verifyEvery: 'P2W', verifiedAt: '2026-02-22' }), now)).toBe(true)
  })

  test('word of its room holds for a week', () => {
    const capacity = { status: 'limited', spots: 3, asOf: '2026-03-02T10:00:00Z' }
    expect(capacityAt(pantry({ capacity }), now)).toEqual(capacity)
    expect(capacityAt(pantry({ capacity }), '2026-03-09T10:00:01Z')).toMatchObject({ status: 'unknown', asOf: capacity.asOf })
    expect(capacityAt(pantry({}), now)).toEqual({ status: 'unknown' })
  })

  test('is told with its need, its provider and a way to reach it', () => {
    const missing = ServiceOfferingCommand.safeParse({ state: 'active' }).error!.issues.map(({ path }) => path.join('.'))
    expect(missing.sort()).toEqual(['categories', 'name', 'organizationId', 'referralMethods'])
  })
})
