/** Risk of readmission ↔ an extension of the stay: FHIR's RiskAssessment tells probabilities, an index tells points. */
import type * as fhir from '@medplum/fhirtypes'
import { type ReadmissionRisk, riskTools } from '../../src/domain/readmission-risk.ts'
import { type Codec, unread } from '../../src/lens/codec.ts'
import { integer, oneOf, text } from '../../src/lens/codecs.ts'
import { shape } from '../../src/lens/shape.ts'
import { withUrl } from './combine.ts'
import { extension, local } from './extension.ts'

interface Component {
  readonly name: string
  readonly points: number
}
const component = shape<fhir.Extension, Component>(
  'component',
  (at) => ({
    name: extension(at, 'name').valueString.as(text),
    points: extension(at, 'points').valueInteger.as(integer),
  }),
  { url: 'component' },
)

type Listed = Omit<ReadmissionRisk, 'components'> & { readonly components: readonly Component[] }
const listed = shape<fhir.Extension, Listed>(
  'readmission risk',
  (at) => ({
    tool: extension(at, 'tool').valueCode.as(oneOf(...riskTools)),
    score: extension(at, 'score').valueInteger.as(integer),
    components: at.extension.each(component, { by: ['name'], only: withUrl('component') }),
    version: extension(at, 'version').valueString.optional(text),
  }),
  { url: local('readmission-risk') },
)

export const readmissionRisk: Codec<fhir.Extension, ReadmissionRisk> = {
  name: listed.name,
  read(raw, report) {
    const risk = listed.read(raw, report)
    if (risk === unread) return risk
    return { ...risk, components: Object.fromEntries(risk.components.map(({ name, points }) => [name, points])) }
  },
  write: ({ components, ...risk }, prior) =>
    listed.write({ ...risk, components: Object.entries(components).map(([name, points]) => ({ name, points })) }, prior),
}
