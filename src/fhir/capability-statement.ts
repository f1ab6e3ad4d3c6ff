/** What the server can do, for `/fhir/metadata`: rendered from the tables that route and search. https://hl7.org/fhir/R4/capabilitystatement.html */
import { defaultDepth, defaultValues } from './exact.ts'
import { ownProfiles } from './generated/own-profiles.ts'
import { systemInteractions, systemOperations, typeInteractions, typeOperations } from './interactions.ts'
import { patchLimits } from './patch/patch.ts'
import { chainLimits, linksIn } from './search/chains.ts'
import { compartmentDefinitions } from './search/compartment.ts'
import { containedLimits } from './search/contained.ts'
import { withinHierarchy } from './search/hierarchy.ts'
import { searchLimits } from './search/limits.ts'
import { lookedEverywhere, lookedOf } from './search/looked-filter.ts'
import { isLeading, isLink, modifiersOf, ownModifiers, targetsOf } from './search/modifiers.ts'
import { compositesOf, definitionOf, searchParametersOf } from './search/parameters.ts'
import type { SearchParameterRow } from './search/table.ts'
import { isKept, resourceTypes } from './types.ts'

/** How callers come in. */
export interface Security {
  /** Where bearer tokens are asked for; absent where none are. */
  readonly tokenEndpoint?: string
  /** Whether pages of other origins may ask. */
  readonly cors: boolean
}

export interface CapabilityFacts {
  /** Public base URL, without trailing slash. */
  readonly base: string
  /** Base of our canonical URLs: what it implements is defined there. */
  readonly canonical: string
  readonly software: { readonly name: string; readonly version: string }
  /** When this statement last changed: FHIR dateTime. */
  readonly date: string
  readonly security?: Security
  /** Largest requests: entries of a Bundle, bytes of it and of a single resource; characters of a page. */
  readonly limits: { readonly entries: number; readonly bundle: number; readonly resource: number; readonly page: number }
}

export function capabilityStatement({ base, canonical, software, date, security, limits }: CapabilityFacts): object {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date,
    kind: 'instance',
    instantiates: [`${canonical}/CapabilityStatement/warm-handoff`],
    software,
    implementation: { description: 'Care coordination gateway', url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    patchFormat: ['application/json-patch+json', 'application/fhir+json'],
    implementationGuide: [`${canonical}/ImplementationGuide/warm-handoff.fhir.coordination`],
    rest: [
      {
        mode: 'server',
        documentation: mostAtOnce(limits),
        ...(security && { security: told(security) }),
        resource: resourceTypes.filter(isKept).map(resourceCapability),
        interaction: systemInteractions.map((code) => ({ code })),
        searchParam: everywhere,
        operation: systemOperations,
        compartment: compartmentDefinitions,
      },
    ],
  }
}

/** How many links the modifier takes of those that a search may follow. */
const ofHierarchy = (relation: 'below' | 'above'): number => linksIn(withinHierarchy('partof', relation, ['Location/any']))

/** The limits of requests, as a list in markdown. */
const mostAtOnce = ({ entries, bundle, resource, page }: CapabilityFacts['limits']): string =>
  [
    'At most:',
    `- a transaction or batch: ${entries} entries, ${bundle} bytes, its answers twice as many characters`,
    `- a resource (in a Bundle: its entry): ${resource} bytes, ${defaultDepth} levels, ${defaultValues} values`,
    `- a patch: ${patchLimits.operations} operations`,
    `- the conditions of a transaction: held against its own entries ${searchLimits.held} times; by codes, references, addresses and names no more than a few are`,
    `- a search: ${searchLimits.parameters} parameters of ${searchLimits.valueLength} characters each, ${searchLimits.values} values in all, ` +
      `${searchLimits.compared} that are compared (texts, dates, amounts, composites: of these ${searchLimits.items} places in lists), ${searchLimits.links} links of chains (of :below ${ofHierarchy('below')}, of :above ${ofHierarchy('above')}), ${searchLimits.sortKeys} to sort by`,
    `- a page: ${searchLimits.maxCount} matches; it ends with the one that brings them to ${page} characters, and so does what it includes`,
  ].join('\n')

/** Parameters that need no index. */
const own = [
  { name: '_id', definition: 'http://hl7.org/fhir/SearchParameter/Resource-id', type: 'token' },
  { name: '_lastUpdated', definition: 'http://hl7.org/fhir/SearchParameter/Resource-lastUpdated', type: 'date' },
].map((one) => ({ ...one, documentation: `Modifiers: ${ownModifiers[one.name]!.join(', ')}.` }))

/** What every type's search takes besides. https://hl7.org/fhir/R4/search.html#has */
const everywhere = [
  ...lookedEverywhere,
  {
    name: '_type',
    type: 'special',
    documentation:
      'Of searches over several types: which. The other parameters are those that all of them have; _sort: _lastUpdated.',
  },
  { name: '_list', type: 'reference', documentation: 'The id of a List: what it names. Functional lists are not kept.' },
  {
    name: '_has',
    type: 'special',
    documentation:
      `Reverse chaining, ${chainLimits.has} deep; chains have up to ${chainLimits.links} links, which name a type where they may lead to more than ` +
      `${chainLimits.types}; up to ${containedLimits.links} of them to what one resource contains (of which the first ${containedLimits.resources} are asked).`,
  },
]

const remarks: Readonly<Partial<Record<SearchParameterRow['kind'], string>>> = {
  reference: '; can be chained',
  quantity: '; units are compared as they are written, none is converted into another',
}

function resourceCapability(type: string): object {
  const parameters = Object.entries(searchParametersOf(type))
  const references = parameters.filter(([, row]) => row.kind === 'reference' && !isLeading(row))
  const pointing = referring.get(type)
  return {
    type,
    profile: `http://hl7.org/fhir/StructureDefinition/${type}`,
    ...(ownProfiles[type] && { supportedProfile: ownProfiles[type] }),
    interaction: typeInteractions.map((code) => ({ code })),
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalRead: 'full-support',
    conditionalUpdate: true,
    conditionalDelete: 'single',
    operation: typeOperations(type),
    referencePolicy: ['literal', 'logical', 'local'],
    ...(references.length > 0 && { searchInclude: ['*', ...references.map(([name]) => `${type}:${name}`)] }),
    ...(pointing && { searchRevInclude: ['*', ...pointing] }),
    searchParam: [
      ...own,
      ...parameters.map(([name, row]) => ({
        name,
        definition: definitionOf(row),
        type: row.kind,
        documentation: `Modifiers: ${['missing', ...modifiersOf(row)].join(', ')}${remarks[row.kind] ?? ''}.`,
      })),
      ...Object.entries(compositesOf(type)).map(([name, row]) => ({ name, definition: definitionOf(row), type: 'composite' })),
      ...(lookedOf[type] ?? []),
    ],
  }
}

/** Type → the parameters of all types that may refer to it. */
const referring = new Map<string, string[]>()
for (const source of resourceTypes) {
  for (const [name, row] of Object.entries(searchParametersOf(source))) {
    for (const target of isLink(row) ? targetsOf(row) : (row.kind === 'reference' && !isLeading(row) && row.target) || []) {
      const known = referring.get(target) ?? []
      known.push(`${source}:${name}`)
      referring.set(target, known)
    }
  }
}

/** https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html */
const told = ({ tokenEndpoint, cors }: Security): object => ({
  cors,
  ...(tokenEndpoint && {
    service: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }] }],
    extension: [
      {
        url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris',
        extension: [{ url: 'token', valueUri: tokenEndpoint }],
      },
    ],
  }),
})
