/** What Epic wants otherwise than plain R4 has it (`mappings/partners/epic.ts` says where that is written). */
import { afterEach, describe, expect, it } from 'vitest'
import type { Told } from '../../support/partner.ts'
import { tell } from '../../support/partner.ts'
import { afterALostAnswer, concept, tellDeviations } from './deviations.ts'

const rosa = { resourceType: 'Patient', id: 'cli-rosa', name: [{ family: 'Quintero', given: ['Rosa'] }], birthDate: '1984-02-19' }
const problem = {
  resourceType: 'Condition',
  id: 'need-1',
  subject: { reference: 'Patient/cli-rosa' },
  clinicalStatus: concept('condition-clinical', 'active'),
  verificationStatus: concept('condition-ver-status', 'provisional'),
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'Z59.41' }], text: 'Food insecurity' },
}
const note = {
  resourceType: 'DocumentReference',
  id: 'doc-1',
  status: 'current',
  subject: { reference: 'Patient/cli-rosa' },
  docStatus: 'final',
  context: { encounter: [{ reference: 'Encounter/enc-1' }] },
  content: [{ attachment: { contentType: 'text/plain', data: 'aGVsbG8=' } }],
}
const push = ['Patient', 'Condition', 'DocumentReference']

tellDeviations('epic', [
  {
    that: 'a problem that we have confirmed is provisional there, until a clinician has looked at it',
    push,
    resources: [rosa, { ...problem, verificationStatus: concept('condition-ver-status', 'confirmed') }],
    refusal: "Only a verificationStatus of 'provisional' is supported.",
    arrives: { verificationStatus: concept('condition-ver-status', 'provisional'), code: problem.code },
  },
  {
    that: 'a problem is active or resolved',
    push,
    resources: [rosa, { ...problem, clinicalStatus: concept('condition-clinical', 'recurrence') }],
    refusal: 'Only active and resolved are supported.',
    arrives: { clinicalStatus: concept('condition-clinical', 'active') },
  },
  {
    that: 'a problem has a name, not a code alone',
    push,
    resources: [rosa, { ...problem, code: { coding: problem.code.coding } }],
    refusal: 'Either code.coding.display or code.text must be populated.',
    arrives: { code: { coding: problem.code.coding, text: 'Z59.41' } },
  },
  {
    that: 'a problem has one note',
    push,
    resources: [rosa, { ...problem, note: [{ text: 'Since March.' }, { text: 'Twice a week.' }] }],
    refusal: 'One note is supported.',
    arrives: { note: [{ text: 'Since March.\nTwice a week.' }] },
  },
  {
    that: 'the death of a client is not told there',
    push,
    resources: [{ ...rosa, deceasedDateTime: '2026-02-01' }],
    refusal: 'deceasedDateTime is not supported.',
    arrives: { name: rosa.name },
  },
  {
    that: 'a note says whether it is signed',
    push,
    resources: [rosa, { ...note, docStatus: 'amended' }],
    refusal: 'Only final and preliminary are supported.',
    arrives: { docStatus: 'final', content: note.content },
  },
])

describe('without conditional create', () => {
  let told: Told
  afterEach(() => told.end())

  it('a plain connection makes two of a client where an answer was lost', async () => {
    told = await afterALostAnswer({ partner: 'epic', flavour: 'fhir-r4', push }, [rosa])
    expect(told.partner.all('Patient')).toHaveLength(2)
  })

  it('a client is looked for first, and stands there once', async () => {
    told = await afterALostAnswer({ partner: 'epic', flavour: 'epic', push }, [rosa])
    expect(told.partner.all('Patient')).toHaveLength(1)
    expect(await told.dead()).toEqual([])
  })

  it('a plain connection makes two of a problem, too', async () => {
    told = await afterALostAnswer({ partner: 'epic', flavour: 'fhir-r4', push }, [rosa, problem])
    expect(told.partner.all('Condition')).toHaveLength(2)
  })

  it('a problem, which cannot be found before it is reconciled, is left to a person, and stands there once', async () => {
    told = await afterALostAnswer({ partner: 'epic', flavour: 'epic', push }, [rosa, problem])
    expect(told.partner.all('Condition')).toHaveLength(1)
    expect(await told.dead()).toEqual([expect.stringContaining('look there, and send it again if it did not')])
  })
})

describe('where nothing is updated', () => {
  let told: Told
  afterEach(() => told.end())
  const changed = { ...rosa, name: [{ family: 'Quintero-Diaz', given: ['Rosa'] }] }

  it('a plain connection’s change dies', async () => {
    told = await tell({ partner: 'epic', flavour: 'fhir-r4', push })
    await told.send(rosa)
    await told.send(changed)
    expect((await told.dead()).join()).toContain('Patient cannot be updated here')
  })

  it('a change is told to a person, and nothing dies', async () => {
    told = await tell({ partner: 'epic', flavour: 'epic', push })
    await told.send(rosa)
    await told.send(changed)
    expect(await told.dead()).toEqual([])
    expect(await told.conflicts()).toMatchObject([{ resource: 'Patient/cli-rosa', elements: ['name'] }])
    expect(told.partner.all('Patient')).toMatchObject([{ name: rosa.name }])
  })

  it('a problem that turned out to be none is not filed', async () => {
    told = await tell({ partner: 'epic', flavour: 'epic', push })
    const { clinicalStatus: _, ...rest } = problem
    await told.send(rosa, { ...rest, verificationStatus: concept('condition-ver-status', 'entered-in-error') })
    expect(await told.dead()).toEqual([])
    expect(told.partner.all('Condition')).toEqual([])
  })
})
