/** A FHIR resource, or all in a Bundle, place by place: what the domain calls each value, what is kept, what cannot be represented. */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { type Traced, trace } from '../../lens/trace.ts'
import { claimedIn, type Found, resourcesIn } from './samples.ts'

const kindOf = (codecs: ReadonlyMap<string, string>, { fields, fate, message }: Traced): string => {
  if (fate === 'kept') return 'kept as it is'
  if (fate === 'told') return `kept as it is, not representable: ${message}`
  return `→ ${fields.map((name) => `${name} (${codecs.get(name) || 'as it is'})`).join(', ')}`
}

/** Fails where the text is no resource. */
export function explainResources(file: string, text: string): Result<readonly string[]> {
  const found = resourcesIn(text, file)
  return found.length > 0
    ? ok([...told(found)])
    : fail('unreadable', 'The file holds neither a FHIR resource (JSON) nor an HL7 v2 message.')
}

function* told(found: readonly Found[]): Generator<string> {
  const claimed = claimedIn(found)
  const shown = new Set(claimed.flatMap(({ parts }) => Object.values(parts).flat()))
  for (const { from, collection, parts } of claimed) {
    const { mapping } = collection
    const reading = mapping.read(parts)
    const issues = reading.ok ? reading.warnings : reading.issues
    yield `${from}: ${collection.name}, by ${mapping.name} version ${mapping.version}${reading.ok ? '' : ', which cannot read it:'}`
    if (!reading.ok) for (const { path, message } of issues) yield `  ${path}  ${message}`
    const codecs = new Map(mapping.rows.map(({ field, codec }) => [field, codec]))
    for (const one of trace(mapping, parts, issues)) yield `  ${one.path}  ${JSON.stringify(one.value)}  ${kindOf(codecs, one)}`
    yield ''
  }
  for (const { from, resource } of found)
    if (!shown.has(resource)) yield `${from}: ${resource.resourceType}, of no collection: kept as it is`
}
