/** What a session says that Encounter has no element for: an extension of ours each, or one of HL7's. */
import type * as fhir from '@medplum/fhirtypes'
import type { z } from 'zod'
import type { Participant, Session, Signature, Telehealth } from '../../src/domain/session.ts'
import { type Codec, cannot } from '../../src/lens/codec.ts'
import { bool, idOf, instant, oneOf, refTo, text, withHandle } from '../../src/lens/codecs.ts'
import { literalTo } from '../../src/lens/literal.ts'
import { shape } from '../../src/lens/shape.ts'
import { coding } from './datatypes.ts'
import { core, extension, local } from './extension.ts'

export const participant = withHandle<fhir.Extension, z.infer<typeof Participant>>(
  shape<fhir.Extension, Omit<z.infer<typeof Participant>, 'handle'>>(
    'session participant',
    (at) => ({
      who: extension(at, 'who').valueReference.as(
        refTo('Patient', 'RelatedPerson', 'Practitioner', 'PractitionerRole', 'Organization'),
      ),
      role: extension(at, 'role').valueCode.optional(oneOf('client', 'family', 'collateral', 'interpreter', 'staff')),
      present: extension(at, 'present').valueBoolean.optional(bool),
    }),
    { url: local('session-participant') },
  ),
)

export const signature = withHandle<fhir.Extension, z.infer<typeof Signature>>(
  shape<fhir.Extension, Omit<z.infer<typeof Signature>, 'handle'>>(
    'signature',
    (at) => ({
      party: extension(at, 'party').valueString.as(text),
      role: extension(at, 'role').valueCode.as(oneOf('client', 'guardian', 'coordinator', 'clinician', 'supervisor')),
      method: extension(at, 'method').valueCode.as(oneOf('wet', 'electronic', 'verbal-witnessed')),
      at: extension(at, 'at').valueDateTime.as(instant),
      witness: extension(at, 'witness').valueString.optional(text),
      documentId: extension(at, 'document').valueReference.optional(idOf('DocumentReference')),
    }),
    { url: local('signature') },
  ),
)

export const telehealth = shape<fhir.Extension, z.infer<typeof Telehealth>>(
  'telehealth',
  (at) => ({
    clientLocation: extension(at, 'clientLocation').valueCode.as(oneOf('home', 'clinic', 'other')),
    clientState: extension(at, 'clientState').valueString.optional(text),
    providerState: extension(at, 'providerState').valueString.optional(text),
    consentToTelehealth: extension(at, 'consentToTelehealth').valueBoolean.optional(bool),
    audioOnlyReason: extension(at, 'audioOnlyReason').valueCode.optional(oneOf('no-video-access', 'client-declined')),
    platform: extension(at, 'platform').valueString.optional(text),
  }),
  { url: local('telehealth') },
)

export const pertainsToGoal: Codec<fhir.Extension, string> = {
  name: 'goal',
  read: (raw, report) => literalTo('Goal', raw.valueReference?.reference) ?? cannot(report, 'expected a reference to a Goal'),
  write: (id, prior) =>
    prior?.valueReference?.reference === `Goal/${id}`
      ? prior
      : { url: core('resource-pertainsToGoal'), valueReference: { reference: `Goal/${id}` } },
}

export const diagnosis: Codec<fhir.Extension, Session['diagnoses'][number]> = {
  name: 'session diagnosis',
  read(raw, report) {
    const value = raw.valueCoding ? coding.read(raw.valueCoding, report) : cannot(report, 'expected valueCoding')
    if (typeof value === 'symbol') return value
    return value.system !== undefined && value.code !== undefined
      ? { ...value, system: value.system, code: value.code }
      : cannot(report, 'needs system and code')
  },
  write: (value, prior) => ({ ...prior, url: local('session-diagnosis'), valueCoding: coding.write(value, prior?.valueCoding) }),
}
