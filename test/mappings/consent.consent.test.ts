/** Consents in other people's words, and ours in theirs. */
import type { Consent as Resource } from '@medplum/fhirtypes'
import { describe, expect, it, test } from 'vitest'
import mapping, { isWhollyRead } from '../../mappings/consent.consent.ts'
import { type Consent, ConsentCommand } from '../../src/domain/consent.ts'
import { validate } from '../../src/fhir/validate/validate.ts'
import { corpora, resourcesOf } from '../support/corpora.ts'

const value: Consent = ConsentCommand.parse({
  clientId: 'cli-1',
  kind: 'part2-tpo',
  grantedBy: { who: { id: 'rel-1', type: 'RelatedPerson' }, capacity: 'guardian' },
  disclosers: [{ id: 'org-1' }],
  recipients: [{ who: { class: 'treating-providers' } }, { who: { id: 'org-hie' }, participants: [{ id: 'org-2' }] }],
  purposes: ['TREAT'],
  content: { classes: ['Condition'], sensitivities: ['SUD'], narrative: 'Diagnoses' },
  exceptions: [{ handle: 'x1', classes: ['Observation'], sensitivities: ['SDV'] }],
  expires: { on: '2026-12-31' },
  redisclosureNotice: { id: 'statement-2', textVersion: '2024-04-16' },
  revokedAt: '2026-03-02T09:00:00-05:00',
  state: 'revoked',
})
const written = mapping.write(value).Consent

it('what we write says all of it in FHIR', () => {
  expect(written).toMatchObject({
    status: 'inactive',
    policyRule: { coding: [{ code: 'part2-tpo' }] },
    patient: { reference: 'Patient/cli-1' },
    performer: [{ reference: 'RelatedPerson/rel-1' }],
    organization: [{ reference: 'Organization/org-1' }],
    provision: {
      type: 'permit',
      period: { end: '2026-12-31' },
      actor: [
        { role: { coding: [{ code: 'PRCP' }] }, reference: { extension: [{ valueCode: 'treating-providers' }] } },
        { reference: { reference: 'Organization/org-hie' } },
      ],
      purpose: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'TREAT' }],
      securityLabel: [{ code: 'SUD' }],
      class: [{ system: 'http://hl7.org/fhir/resource-types', code: 'Condition' }],
      provision: [{ type: 'deny', securityLabel: [{ code: 'SDV' }] }],
    },
  })
  expect(mapping.read({ Consent: written })).toMatchObject({ ok: true, value, warnings: [] })
  expect(validate(written)).toEqual({ structure: [], rules: [] })
  expect(isWhollyRead(written)).toBe(true)
})

describe('what is not wholly read', () => {
  const with_ = (provision: object): Resource => ({ ...written, provision: { ...written.provision, ...provision } }) as Resource
  it.each([
    ['an action', { action: [{ coding: [{ code: 'collect' }] }] }],
    ['certain data alone', { data: [{ meaning: 'instance', reference: { reference: 'Observation/1' } }] }],
    ['a purpose that nobody knows', { purpose: [{ system: 'urn:x', code: 'FUN' }] }],
    ['a label of another kind', { securityLabel: [{ system: 'urn:x', code: 'SUD' }] }],
    ['another who takes part', { actor: [{ role: { text: 'delegator' }, reference: { display: 'Somebody' } }] }],
    ['a permission within', { provision: [{ type: 'permit' }] }],
    ['a permission within an exception', { provision: [{ type: 'deny', provision: [{ type: 'permit' }] }] }],
    ['an extension of the provision', { extension: [{ url: 'urn:x', valueBoolean: true }] }],
  ])('%s', (_, provision) => expect(isWhollyRead(with_(provision))).toBe(false))
  it('a modifier', () => {
    expect(isWhollyRead({ ...written, modifierExtension: [{ url: 'urn:x', valueBoolean: true }] })).toBe(false)
  })
  it('names for people change nothing', () => {
    expect(isWhollyRead(with_({ id: 'p1', purpose: [{ ...written.provision!.purpose![0], display: 'Treatment' }] }))).toBe(true)
  })
})

it('inactive without a word is taken for revoked', () => {
  const { extension: _, ...theirs } = written
  expect(mapping.read({ Consent: theirs as Resource })).toMatchObject({ value: { state: 'revoked' } })
})

test.skipIf(corpora === undefined)('published consents are read, and left as they are (needs CORPORA)', () => {
  const all = resourcesOf(new Set(['Consent']), ['1_igs']).map(({ resource }) => resource as unknown as Resource)
  const readable = all.filter((Consent) => mapping.read({ Consent }).ok)
  expect(all.length).toBeGreaterThan(5)
  expect(readable.length / all.length).toBeGreaterThan(0.95)
  for (const Consent of readable) {
    const reading = mapping.read({ Consent })
    if (reading.ok) expect(mapping.write(reading.value, { Consent }).Consent).toBe(Consent)
  }
})
