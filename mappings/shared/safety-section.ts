/** A section of a safety plan ↔ Composition.section: items and contacts in extensions of ours, the text says them to everybody else. */
import type * as fhir from '@medplum/fhirtypes'
import type { SafetyContact, SafetySection, safetySections } from '../../src/domain/safety-plan.ts'
import { type Codec, silently } from '../../src/lens/codec.ts'
import { bool, text } from '../../src/lens/codecs.ts'
import { equal } from '../../src/lens/equal.ts'
import { shape } from '../../src/lens/shape.ts'
import { valuesOf } from './combine.ts'
import { extension, local } from './extension.ts'
import { inHouse } from './in-house.ts'
import { linesOf, narrativeOf } from './narrative.ts'

/** Prompts in words of our own. */
const sectionTitles: Readonly<Record<(typeof safetySections)[number], string>> = {
  'warning-signs': 'Signs that a crisis may be near',
  'internal-coping': 'What helps when I am alone',
  'social-distraction': 'Company and places that do me good',
  'crisis-support': 'People who stand by me',
  'professional-support': 'Professional help, day and night',
  'lethal-means-safety': 'Safer surroundings',
  'reason-for-living': 'What I live for',
}

/** Who has not agreed to be contacted is written down for ourselves alone. */
const urlOf = ({ consentToContact }: SafetyContact): string =>
  consentToContact === true ? local('safety-plan-contact') : inHouse('safety-plan-contact')
const isContact = ({ url }: fhir.Extension): boolean =>
  url === local('safety-plan-contact') || url === inHouse('safety-plan-contact')

const person = shape<fhir.Extension, SafetyContact>(
  'contact',
  (at) => ({
    name: extension(at, 'name').valueString.as(text),
    phone: extension(at, 'phone').valueString.optional(text),
    relationship: extension(at, 'relationship').valueString.optional(text),
    consentToContact: extension(at, 'consentToContact').valueBoolean.optional(bool),
  }),
  { url: local('safety-plan-contact') },
)
const contact: Codec<fhir.Extension, SafetyContact> = {
  ...person,
  write(value, prior) {
    const written = person.write(value, prior)
    return written.url === urlOf(value) ? written : { ...written, url: urlOf(value) }
  },
}

const content = shape<fhir.CompositionSection, SafetySection>('safety plan section', (at) => ({
  items: valuesOf(at.extension, local('safety-plan-item'), (one) => one.valueString.as(text)),
  contacts: at.extension.each(contact, { by: ['name'], only: { label: 'contact', test: isContact } }),
}))

const isOurs = ({ extension: all }: fhir.CompositionSection): boolean =>
  Array.isArray(all) && all.some((one) => one?.url === local('safety-plan-item') || isContact(one ?? { url: '' }))

/** Who has not agreed to be contacted is left out of the text. */
const told = ({ items, contacts }: SafetySection): readonly string[] => [
  ...items,
  ...contacts
    .filter(({ consentToContact }) => consentToContact === true)
    .map(({ name, phone, relationship }) => [name, relationship, phone].filter((part) => part !== undefined).join(', ')),
]

/** A section that somebody else wrote in words alone reads as an item for each line. */
export const safetySection = (key: (typeof safetySections)[number]): Codec<fhir.CompositionSection, SafetySection> => {
  const codec: Codec<fhir.CompositionSection, SafetySection> = {
    name: content.name,
    read: (raw, report) =>
      isOurs(raw) || raw.text === undefined ? content.read(raw, report) : { items: linesOf(raw.text), contacts: [] },
    write(value, prior) {
      if (prior && equal(codec.read(prior, silently), value)) return prior
      const { extension: all, title = sectionTitles[key], text: _, ...rest } = content.write(value, prior)
      const lines = told(value)
      return { ...rest, ...(all && { extension: all }), title, ...(lines.length > 0 && { text: narrativeOf(lines) }) }
    },
  }
  return codec
}
