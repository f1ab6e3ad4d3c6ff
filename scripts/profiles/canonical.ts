/** What all our conformance resources have in common. https://hl7.org/fhir/R4/metadatatypes.html */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { canonicalBase } from '../../mappings/shared/extension.ts'

const manifest: { readonly version: string } = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'),
)
export const version = manifest.version

export interface Definition {
  readonly resourceType: string
  readonly id: string
  readonly [element: string]: unknown
}

interface Words {
  readonly title: string
  readonly description: string
}

/** The head of a definition; `content` is what makes it one of its type. */
export function definition(resourceType: string, id: string, { title, description }: Words, content: object): Definition {
  return {
    resourceType,
    id,
    url: canonical(resourceType, id),
    version,
    name: nameOf(id),
    title,
    status: 'active',
    experimental: false,
    publisher: 'Warm Handoff',
    description,
    ...content,
  }
}

export const canonical = (type: string, id: string): string => `${canonicalBase}/${type}/${id}`
export const idOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1)

/** `means-safety` → `MeansSafety`: names begin with a capital letter, and hold letters and digits. */
const nameOf = (id: string): string =>
  id
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
    .replace(/^(?=\d)/, 'N')

/** `means-safety`, `meansSafety` → `Means safety`. */
export function titleOf(id: string): string {
  const words = id
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** One, two, and three. */
export function listed(words: Iterable<string>): string {
  const all = [...words].sort()
  return all.length > 1 ? `${all.slice(0, -1).join(', ')} and ${all.at(-1)}` : (all[0] ?? '')
}
