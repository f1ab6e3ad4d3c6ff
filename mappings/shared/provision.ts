/** What a consent's provision is about: whom, and which content. https://hl7.org/fhir/R4/consent-definitions.html#Consent.provision */
import type * as fhir from '@medplum/fhirtypes'
import { type Exception, type Party, type Recipient, recipientClasses } from '../../src/domain/consent.ts'
import { type Codec, cannot, silently } from '../../src/lens/codec.ts'
import { oneOf, refTo, withHandle } from '../../src/lens/codecs.ts'
import { equal } from '../../src/lens/equal.ts'
import { type Place, root } from '../../src/lens/place.ts'
import { shape } from '../../src/lens/shape.ts'
import { hangingOn } from '../../src/lens/sibling.ts'
import { valuesOf } from './combine.ts'
import { concept, conceptKey } from './datatypes.ts'
import { extension, local } from './extension.ts'
import { sensitive } from './labels.ts'

type Actor = fhir.ConsentProvisionActor['reference']
const classOf = extension(root<Actor>(), local('consent-recipient-class')).valueCode.optional(oneOf(...recipientClasses))
const named: Codec<Actor, Exclude<Party, { class: unknown }>> = refTo(
  'Organization',
  'Practitioner',
  'PractitionerRole',
  'CareTeam',
  'RelatedPerson',
  'Patient',
  'Group',
  'Device',
)

/** `actor.reference` must be there: for a class it says which, and points at nobody. */
const party: Codec<Actor, Party> = {
  name: 'party',
  read(raw, report) {
    const known = classOf.get(raw, silently)
    return typeof known === 'string' ? { class: known } : named.read(raw, report)
  },
  write(value, prior) {
    if (prior && equal(party.read(prior, silently), value)) return prior
    return 'class' in value
      ? classOf.put(hangingOn(prior) as Actor, value.class)
      : named.write(value, prior && classOf.put(prior, undefined))
  },
}

const participation = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'
const recipient = shape<fhir.ConsentProvisionActor, Recipient>(
  'recipient',
  (at) => ({
    who: at.reference.as(party),
    participants: valuesOf(at.extension, local('intermediary-participant'), (one) =>
      one.valueReference.as(refTo('Organization', 'Practitioner', 'PractitionerRole')),
    ),
  }),
  { role: { coding: [{ system: participation, code: 'PRCP' }] }, reference: {} },
)
/** Primary and other recipients of information. */
const receives = ({ role }: fhir.ConsentProvisionActor): boolean =>
  role?.coding?.some(({ system, code }) => system === participation && (code === 'PRCP' || code === 'IRCP')) === true

export const recipientsOf = <R>(at: Place<R, fhir.ConsentProvision>) =>
  at.actor.each(recipient, { by: (one) => JSON.stringify(one), only: { label: 'recipient', test: receives } })

const resourceTypes = 'http://hl7.org/fhir/resource-types'
const resourceClass: Codec<fhir.Coding, string> = {
  name: 'resource type',
  read: ({ code }, report) =>
    code !== undefined && /^[A-Z][A-Za-z]{1,63}$/.test(code) ? code : cannot(report, 'expected a resource type'),
  write: (code, prior) => (prior?.code === code ? prior : { ...hangingOn(prior), system: resourceTypes, code }),
}

/** Which content a provision is about, as fields. */
export const contentOf = <R>(at: Place<R, fhir.ConsentProvision>) => ({
  classes: at.at('class').each(resourceClass, {
    by: (code) => code,
    only: { label: 'resource type', test: ({ system }) => system === resourceTypes },
  }),
  codes: at.at('code').each(concept, conceptKey),
  sensitivities: at.securityLabel.each(sensitive.codec, sensitive.options),
})

const exceptionContent = shape<fhir.ConsentProvision, Omit<Exception, 'handle'>>(
  'exception',
  (at) => ({ ...contentOf(at), recipients: recipientsOf(at) }),
  { type: 'deny' },
)

/** A provision within that denies. */
export const exception = withHandle<fhir.ConsentProvision, Exception>(exceptionContent)
export const isException = ({ type }: fhir.ConsentProvision): boolean => type === 'deny'
