/** Where servers that speak plain R4 differ all the same: HAPI and Medplum, as they come. */
import { afterEach, describe, expect, it } from 'vitest'
import { type Told, tell } from '../../support/partner.ts'
import { connectorTo } from './connector-to.ts'
import { tellDeviations } from './deviations.ts'

describe('HAPI', () => {
  tellDeviations('hapi', [
    {
      that: 'a reference to another server is an identifier',
      push: ['Patient', 'Encounter'],
      resources: [
        { resourceType: 'Patient', id: 'cli-rosa' },
        {
          resourceType: 'Encounter',
          id: 'enc-1',
          status: 'planned',
          class: { code: 'AMB' },
          subject: { reference: 'Patient/cli-rosa' },
          serviceProvider: { reference: 'https://stbrendan.example/fhir/Organization/1' },
        },
      ],
      refusal: 'Resource contains external reference',
      arrives: {
        serviceProvider: { identifier: { system: 'urn:ietf:rfc:3986', value: 'https://stbrendan.example/fhir/Organization/1' } },
      },
    },
    {
      that: 'an id of digits alone is not ours to give',
      push: ['QuestionnaireResponse'],
      resources: [{ resourceType: 'QuestionnaireResponse', id: '4711', status: 'completed' }],
      refusal: 'no QuestionnaireResponse of this id may be created',
      arrives: { id: 'id-4711', status: 'completed' },
    },
  ])

  it.each([
    ['fhir-r4', false],
    ['hapi', true],
  ])('is not believed where it answers a search from memory (%s)', async (flavour, found) => {
    const { connector, close } = await connectorTo('hapi', flavour)
    const identifier = { system: 'urn:ours', value: 'a-1' }
    await connector.find('Patient', identifier)
    await connector.create('Patient', JSON.stringify({ resourceType: 'Patient', identifier: [identifier] }), identifier)
    const answer = await connector.find('Patient', identifier)
    await close()
    expect(answer.outcome === 'delivered' && answer.value !== undefined).toBe(found)
  })
})

describe('Medplum', () => {
  tellDeviations('medplum', [
    {
      that: 'ids are the server’s to give',
      push: ['QuestionnaireResponse'],
      resources: [{ resourceType: 'QuestionnaireResponse', id: 'asm-1', status: 'completed' }],
      refusal: 'no QuestionnaireResponse of this id may be created',
      arrives: { id: expect.stringMatching(/^medplum-/), status: 'completed', meta: { tag: [{ code: 'asm-1' }] } },
    },
  ])

  it.each([
    ['fhir-r4', 'refused'],
    ['medplum', 'delivered'],
  ])('answers 304 to an update that changes nothing (%s)', async (flavour, outcome) => {
    const { connector, close } = await connectorTo('medplum', flavour)
    const identifier = { system: 'urn:ours', value: 'a-1' }
    const made = await connector.create(
      'Patient',
      JSON.stringify({ resourceType: 'Patient', identifier: [identifier] }),
      identifier,
    )
    const again =
      made.outcome === 'delivered' ? await connector.update('Patient', made.value.id, made.value.text, made.value.version) : made
    await close()
    expect(again.outcome).toBe(outcome)
  })

  describe('a type without identifiers', () => {
    let told: Told
    afterEach(() => told.end())

    it('stands there once after an answer was lost, and is changed where it stands', async () => {
      let lost = 0
      const fault = ({ method }: { method: string }) =>
        method === 'POST' && lost++ === 0 ? ({ kind: 'cut', when: 'after' } as const) : undefined
      told = await tell({ partner: 'medplum', flavour: 'medplum', push: ['QuestionnaireResponse'], fault })
      const response = { resourceType: 'QuestionnaireResponse', id: 'asm-1', status: 'in-progress' }
      await told.send(response)
      await told.send({ ...response, status: 'completed' })
      expect(told.partner.all('QuestionnaireResponse')).toMatchObject([{ status: 'completed' }])
    })
  })
})
