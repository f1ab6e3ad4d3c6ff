/** What of our own stands in resources: extensions with where they are and what they hold, codes of our systems, our naming systems. */
import { canonicalBase } from '../../mappings/shared/extension.ts'
import { isSample } from './covering.ts'

export interface ExtensionFacts {
  /** FHIRPath elements, or URLs of the extensions that it is in. */
  readonly contexts: Set<string>
  /** `valueCode`, … */
  readonly values: Set<string>
  /** Of `valueCode`; undefined once it held any text. */
  codes: Set<string> | undefined
  /** Types that references lead to. */
  readonly targets: Set<string>
  /** Systems of the codes in `valueCoding` and `valueCodeableConcept`. */
  readonly systems: Set<string>
  /** Extensions inside, by their url. */
  readonly inside: Map<string, ExtensionFacts>
  /** In some element more than once. */
  many: boolean
}

export interface Facts {
  readonly extensions: Map<string, ExtensionFacts>
  /** System → codes. */
  readonly codes: Map<string, Set<string>>
  readonly namings: Set<string>
}

export const noFacts = (): Facts => ({ extensions: new Map(), codes: new Map(), namings: new Set() })

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

export const isOurs = (url: string): boolean => url.startsWith(`${canonicalBase}/`)

/** Adds what stands in the resource. */
export function observe(facts: Facts, resource: unknown): void {
  if (isObject(resource)) visit(facts, resource, String(resource.resourceType))
}

function visit(facts: Facts, element: Json, path: string): void {
  const { system, code, value } = element
  if (typeof system === 'string' && isOurs(system) && typeof code === 'string')
    facts.codes.set(system, (facts.codes.get(system) ?? new Set()).add(code))
  if (typeof system === 'string' && isOurs(system) && typeof value === 'string') facts.namings.add(system)
  for (const [key, member] of Object.entries(element)) {
    if (key === 'extension') extensions(facts, undefined, member, path)
    else
      for (const one of Array.isArray(member) ? member : [member])
        if (isObject(one)) visit(facts, one, one.resourceType ? String(one.resourceType) : below(path, key.replace(/^_/, '')))
  }
}

/** What contains itself has one definition: `Composition.section.section` is `Composition.section`. */
const below = (path: string, key: string): string => (path.endsWith(`.${key}`) ? path : `${path}.${key}`)

/** `siblings`: what is known of the extensions inside one of ours; those inside somebody else's are theirs. */
function extensions(facts: Facts, siblings: ExtensionFacts['inside'] | undefined, member: unknown, context: string): void {
  const items = (Array.isArray(member) ? member : []).filter(isObject)
  for (const item of items) {
    const url = String(item.url)
    const isInner = !url.includes(':')
    const into = isOurs(url) ? facts.extensions : isInner ? siblings : undefined
    if (!into) {
      visit(facts, item, 'Extension')
      continue
    }
    const found = into.get(url) ?? blank()
    into.set(url, found)
    found.contexts.add(context)
    if (items.filter((one) => one.url === url).length > 1) found.many = true
    holds(facts, found, item, url)
  }
}

const blank = (): ExtensionFacts => ({
  contexts: new Set(),
  values: new Set(),
  codes: new Set(),
  targets: new Set(),
  systems: new Set(),
  inside: new Map(),
  many: false,
})

function holds(facts: Facts, found: ExtensionFacts, item: Json, url: string): void {
  extensions(facts, found.inside, item.extension, url)
  for (const [key, value] of Object.entries(item)) {
    if (!key.startsWith('value')) continue
    found.values.add(key)
    if (key === 'valueCode') found.codes = isSample(value) ? undefined : found.codes?.add(String(value))
    if (!isObject(value)) continue
    const [type = '', id] = typeof value.reference === 'string' ? value.reference.split('/') : []
    if (id !== undefined && /^[A-Z]/.test(type)) found.targets.add(type)
    for (const coding of [value, ...(Array.isArray(value.coding) ? value.coding : [])] as Json[])
      if (typeof coding.system === 'string' && isOurs(coding.system)) found.systems.add(coding.system)
    visit(facts, value, 'Extension.value')
  }
}
