/** Whose word a consent takes, by the client's status, age, and the law that somebody has read. */
import { expect, it, test } from 'vitest'
import type { Client } from '../../src/domain/client.ts'
import type { ConsentKind } from '../../src/domain/consent.ts'
import { agreementOn, decidingAuthority, legalStatusOn, MinorLaw } from '../../src/domain/deciding.ts'

const day = '2026-03-02'
const law = (more: Partial<MinorLaw> = {}): MinorLaw => ({
  ...{ state: 'ZZ', topic: 'mental-health', ageFrom: 14, citation: '§ 1', sourceUrl: 'https://law.example/1' },
  ...{ verifiedAt: '2026-01-01', verifiedBy: 'counsel' },
  ...more,
})

test.each<[Partial<Client>, string, string | undefined]>([
  [{ birthDate: '2008-03-03' }, 'minor-parent', 'parent'],
  [{ birthDate: '2008-03-02' }, 'self-directed', undefined],
  // Old enough, for all that is known.
  [{ birthDate: '2008' }, 'self-directed', undefined],
  [{ birthDate: '2009' }, 'minor-parent', 'parent'],
  [{}, 'self-directed', undefined],
  [{ birthDate: '2012-01-01', legalStatus: 'emancipated-minor' }, 'emancipated-minor', undefined],
  [{ birthDate: '1950-01-01', legalStatus: 'conservatee' }, 'conservatee', 'guardian'],
  [{ birthDate: '1950-01-01', legalStatus: 'court-supervised' }, 'court-supervised', undefined],
  [{ legalStatus: 'guardian-adult', deceased: true }, 'guardian-adult', undefined],
])('%j: %s, decided for by a %s', (client, status, authority) => {
  expect([legalStatusOn(client, day), decidingAuthority(client, day)]).toEqual([status, authority])
})

const both = { client: true, decider: true }
const theirs = { decider: true }
const laws = [law(), law({ topic: 'substance-use', ageFrom: 12, effectiveFrom: '2026-01-01', effectiveTo: '2026-12-31' })]
test.each<[string, ConsentKind, string, string, object]>([
  ['fourteen today', 'hipaa-authorization', '2012-03-02', 'ZZ', {}],
  ['fourteen tomorrow', 'hipaa-authorization', '2012-03-03', 'ZZ', theirs],
  ['fourteen this year, some day', 'hipaa-authorization', '2012', 'ZZ', theirs],
  ['fourteen elsewhere', 'hipaa-authorization', '2012-03-02', 'YY', theirs],
  ['of what the law does not speak', 'sdoh-cbo-release', '2010-01-01', 'ZZ', theirs],
  ['twelve today', 'part2-specific', '2014-03-02', 'ZZ', { client: true }],
  ['twelve tomorrow', 'part2-specific', '2014-03-03', 'ZZ', both],
  ['where nobody has read the law', 'part2-tpo', '2009-01-01', 'YY', both],
  ['of age', 'part2-tpo', '2008-03-02', 'YY', {}],
])('%s: a %s', (_, kind, birthDate, jurisdiction, agreement) => {
  expect(agreementOn({ birthDate }, { kind, jurisdiction }, laws, day)).toEqual(agreement)
})

it('goes by the law of the day', () => {
  const asked = { kind: 'part2-tpo', jurisdiction: 'ZZ' } as const
  const before = agreementOn({ birthDate: '2013-01-01' }, asked, laws, '2025-12-31')
  expect([before, agreementOn({ birthDate: '2013-01-01' }, asked, laws, '2027-01-01')]).toEqual([both, both])
})

it('of an adult under a guardian wants the guardian’s, whatever laws of minors say', () => {
  const client = { birthDate: '2010-01-01', legalStatus: 'guardian-adult' } as const
  expect(agreementOn(client, { kind: 'hipaa-authorization', jurisdiction: 'ZZ' }, laws, day)).toEqual(theirs)
})

it('a law without a source, or that nobody answers for, is none', () => {
  expect(MinorLaw.safeParse(law()).success).toBe(true)
  for (const lacking of ['citation', 'sourceUrl', 'verifiedAt', 'verifiedBy'] as const)
    expect(MinorLaw.safeParse({ ...law(), [lacking]: undefined }).success, lacking).toBe(false)
  expect(MinorLaw.safeParse(law({ state: 'Ohio' })).success).toBe(false)
})
