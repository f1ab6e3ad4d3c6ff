/** Labels onto a partner's resource, where they cannot stand there. */
import { expect, it } from 'vitest'
import { metaOnto } from '../../src/flows/delivery/labels.ts'

const restricted = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }
const mental = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'MH' }

it('a partner that keeps no labels is not offered the same again, but what is new', () => {
  const bare = { resourceType: 'Condition' }
  const labelled = (...security: object[]) => ({ ...bare, meta: { security } })
  expect(metaOnto(labelled(restricted), bare, labelled(restricted), bare)).toBeUndefined()
  expect(metaOnto(labelled(restricted, mental), bare, labelled(restricted), bare)).toEqual({ security: [mental] })
})
