/** What a consent permits: each reason to say no, alone. */
import { describe, expect, it } from 'vitest'
import { type Consent, ConsentCommand, consentMachine } from '../../src/domain/consent.ts'
import { type Disclosing, forbids, permits, type Refusal } from '../../src/domain/consent-decision.ts'
import { isInForce, missing, rewritten, shownConsentState } from '../../src/domain/consent-rules.ts'
import { scopeOf } from '../../src/domain/redisclosure.ts'
import { allowedEvents } from '../../src/domain/state-machine.ts'

const loinc = 'http://loinc.org'
const consent: Consent = {
  ...ConsentCommand.parse({
    clientId: 'cli-1',
    kind: 'part2-specific',
    grantedBy: { who: { id: 'cli-1' }, capacity: 'self' },
    disclosers: [{ id: 'org-clinic' }],
    recipients: [{ who: { id: 'org-hospital' } }],
    purposes: ['TREAT', 'COC'],
    content: { classes: ['Condition', 'Observation'], sensitivities: ['SUD'], narrative: 'Diagnoses and results since May' },
    exceptions: [{ sensitivities: ['SDV'] }, { codes: [{ codings: [{ system: loinc, code: '75626-2' }] }] }],
    validFrom: '2026-01-01',
    expires: { on: '2026-12-31' },
    signature: { party: 'Patient/cli-1', role: 'client', method: 'wet', at: '2026-01-01T10:00:00Z' },
    copyDocumentId: 'doc-1',
    redisclosureNotice: { id: 'statement-1', textVersion: '2024-04-16' },
    jurisdiction: 'MD',
    language: 'es',
    state: 'active',
  }),
}
const wanted: Disclosing = {
  clientId: 'cli-1',
  recipient: { names: ['Organization/org-hospital', 'urn:npi|1234567893'], classes: ['treating-providers'] },
  purpose: 'TREAT',
  resource: { type: 'Condition', codes: [], sensitivity: ['SUD'], legalBasis: ['42CFRPart2'] },
  at: '2026-06-01T12:00:00Z',
}
const refusals = (changes: Partial<Consent>, question: Partial<Disclosing> = {}, whole = true): readonly Refusal[] => {
  const answer = permits({ ...consent, ...changes }, { ...wanted, ...question }, whole)
  return answer.permit ? [] : answer.refusals
}
const of = (resource: Partial<Disclosing['resource']>): Partial<Disclosing> => ({ resource: { ...wanted.resource, ...resource } })

it('permits what it names, with its notice where that goes with it', () => {
  expect(permits(consent, wanted, true)).toMatchObject({ permit: true, notice: { id: 'statement-1', from: '2024-04-16' } })
  const short = { ...consent, redisclosureNotice: { id: 'statement-2' as const } }
  expect(permits(short, wanted, true)).toMatchObject({
    notice: { text: '42 CFR part 2 prohibits unauthorized use or disclosure of these records.' },
  })
  const veryRestricted = { ...wanted, resource: { ...wanted.resource, legalBasis: [] } }
  expect(permits(consent, veryRestricted, true)).toEqual({ permit: true })
})

it('says how far it goes', () => {
  const scope = scopeOf(consent)
  for (const part of [
    'Diagnoses and results since May',
    'you by name',
    'TREAT, COC',
    'Until: 2026-12-31',
    'excepted is left out',
  ])
    expect(scope).toContain(part)
  const classes = [{ who: { class: 'treating-providers' as const }, participants: [] }]
  const endless = scopeOf({ ...consent, exceptions: [], recipients: classes, expires: { event: 'none' } })
  expect(endless).toContain('To: treating providers.')
  expect(endless).toContain('It has no end.')
  expect(endless).not.toContain('excepted')
})

describe('one that says no', () => {
  const no = (changes: Partial<Consent>, question: Partial<Disclosing> = {}, whole = true): boolean =>
    forbids({ ...consent, ruling: 'deny', ...changes }, { ...wanted, ...question }, whole)
  it.each<[boolean, Partial<Consent>, Partial<Disclosing>, boolean]>([
    [true, {}, {}, true],
    [true, { recipients: [], purposes: [], content: { classes: [], codes: [], sensitivities: [] } }, {}, true],
    [false, { ruling: 'permit' }, {}, true],
    [false, { state: 'revoked' }, {}, true],
    [false, { clientId: 'cli-2' }, {}, true],
    [false, { recipients: [{ who: { class: 'payers' }, participants: [] }] }, {}, true],
    [true, { recipients: [{ who: { class: 'payers' }, participants: [] }] }, {}, false],
    [false, { purposes: ['HPAYMT'] }, {}, true],
    [false, {}, of({ type: 'CarePlan' }), true],
    [false, {}, of({ sensitivity: ['HIV'] }), true],
  ])('%s: %o', (answer, changes, question, whole) => expect(no(changes, question, whole)).toBe(answer))
})

describe('does not permit', () => {
  it.each<[Refusal, Partial<Consent>, Partial<Disclosing>]>([
    ['another-client', { clientId: 'cli-2' }, {}],
    ['not-in-force', { state: 'proposed' }, {}],
    ['not-in-force', { state: 'revoked' }, {}],
    ['not-in-force', {}, { at: '2027-01-01T00:00:00Z' }],
    ['not-in-force', {}, { at: '2025-12-31T23:59:59Z' }],
    ['another-scope', { scope: { codings: [{ code: 'adr' }] } }, {}],
    ['denies', { ruling: 'deny' }, {}],
    ['kind', { kind: 'hipaa-authorization' }, {}],
    ['kind', { kind: undefined }, of({ legalBasis: [] })],
    ['recipient', { recipients: [{ who: { id: 'org-other' }, participants: [] }] }, {}],
    ['recipient', { recipients: [{ who: { class: 'payers' }, participants: [] }] }, {}],
    ['purpose', { purposes: ['HPAYMT'] }, {}],
    ['content', {}, of({ type: 'DocumentReference' })],
    ['content', { content: { ...consent.content, dataPeriod: { start: '2026-05' } } }, of({ date: '2026-04-30' })],
    ['content', { content: { ...consent.content, dataPeriod: { start: '2026-05' } } }, {}],
    ['exception', {}, of({ codes: [{ system: loinc, code: '75626-2' }] })],
  ])('%s', (refusal, changes, question) => expect(refusals(changes, question)).toEqual([refusal]))

  it('content that is specially protected and not named', () => {
    expect(refusals({}, of({ sensitivity: ['SUD', 'HIV'] }))).toEqual(['sensitivity'])
    expect(refusals({}, of({ sensitivity: ['SDV'] }))).toEqual(['sensitivity', 'exception'])
  })

  it('psychotherapy notes, whatever it names', () => {
    const content = { ...consent.content, sensitivities: ['SUD', 'PSYTHPN'] as const }
    expect(refusals({ content }, of({ sensitivity: ['PSYTHPN'] }))).toEqual(['kind'])
    expect(refusals({}, of({ sensitivity: [], legalBasis: ['HIPAAPsyNotes'] }))).toEqual(['kind'])
  })

  it('anything, where it was not wholly understood', () => expect(refusals({}, {}, false)).toEqual(['not-understood']))
})

describe('recipients', () => {
  const of = (recipient: Consent['recipients'][number]) => refusals({ recipients: [recipient] })
  it('are named, are of a class, go by an identifier, or take part in an intermediary', () => {
    expect(of({ who: { class: 'treating-providers' }, participants: [] })).toEqual([])
    expect(of({ who: { external: { system: 'urn:npi', value: '1234567893' } }, participants: [] })).toEqual([])
    expect(of({ who: { id: 'org-hie' }, participants: [{ id: 'org-hospital' }] })).toEqual([])
    const namesake = { id: 'org-hospital', type: 'Practitioner' } as const
    expect(of({ who: namesake, participants: [] })).toEqual(['recipient'])
    expect(of({ who: { external: { display: 'Organization/org-hospital' } }, participants: [] })).toEqual(['recipient'])
  })
  it('may be those whom an exception excepts', () => {
    const exceptions: Consent['exceptions'] = [
      { classes: [], codes: [], sensitivities: [], recipients: [{ who: { id: 'org-hospital' }, participants: [] }] },
    ]
    expect(refusals({ exceptions })).toEqual(['exception'])
  })
})

describe('the clock', () => {
  it('ends it with its last day, and not before it began', () => {
    expect(isInForce(consent, '2026-12-31T23:59:59Z')).toBe(true)
    expect(isInForce(consent, '2027-01-01T00:00:00Z')).toBe(false)
    expect(shownConsentState(consent, '2027-01-01T00:00:00Z')).toBe('expired')
    expect(shownConsentState({ ...consent, state: 'revoked' }, '2027-01-01T00:00:00Z')).toBe('expired')
    expect(shownConsentState({ ...consent, state: 'revoked', revokedAt: '2026-02-01' }, '2027-01-01T00:00:00Z')).toBe('revoked')
  })
  it('is the only one to let it expire', () => {
    expect(allowedEvents(consentMachine, 'active')).toEqual(['revoke', 'expire', 'mark-error'])
    expect(consentMachine.events.expire.by).toBe('clock')
  })
})

it('comes into force with all that the law wants, and is then not rewritten', () => {
  expect(missing(consent)).toEqual([])
  const bare = ConsentCommand.parse({ clientId: 'cli-1', kind: 'part2-tpo', content: {}, state: 'draft' })
  expect(missing(bare).map(({ path }) => path)).toEqual(
    [
      'grantedBy',
      'grantedBy.capacity',
      'disclosers',
      'recipients',
      'purposes',
      'content.narrative',
      'expires',
      'signature',
    ].concat(['copyDocumentId', 'jurisdiction', 'language', 'redisclosureNotice']),
  )
  expect(missing({ ...consent, expires: { event: 'none' } }).map(({ path }) => path)).toEqual(['expires'])
  expect(missing({ ...consent, kind: 'part2-tpo', expires: { event: 'none' } })).toEqual([])
  expect(rewritten(consent, { ...consent, purposes: ['TREAT'] }).map(({ path }) => path)).toEqual(['purposes'])
  expect(rewritten(consent, { ...consent, confidentiality: 'R' })).toEqual([])
  expect(rewritten({ ...consent, state: 'draft' }, { ...consent, state: 'draft', purposes: [] })).toEqual([])
})

it('to care management is given by a word, and allows nobody to be told of it', () => {
  const { copyDocumentId: _, jurisdiction: __, ...spoken } = { ...consent, kind: 'care-management' as const }
  expect(missing(spoken)).toEqual([])
  expect(missing({ ...spoken, signature: undefined }).map(({ path }) => path)).toEqual(['signature'])
  expect(refusals({ kind: 'care-management' }, of({ legalBasis: [], sensitivity: [] }))).toEqual(['kind'])
})
