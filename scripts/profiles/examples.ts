/**
 * Examples of every profile: good ones, written by the mappings from values of the care team, and bad ones, made of them by taking away what
 * has to be there, or by saying what may not be said.
 */
import type { AnyCollection } from '../../src/flows/collections/collection.ts'
import { collectionNamed } from '../../src/flows/collections/index.ts'
import { profileIdOf } from '../../src/flows/collections/profiles.ts'
import type { Definition } from './canonical.ts'
import { care } from './examples/care.ts'
import { people } from './examples/people.ts'
import type { Example } from './examples/words.ts'
import { type Written, written } from './written.ts'

interface Element {
  readonly path: string
  readonly sliceName?: string
  readonly min?: number
}

/** Path below `profiles/` → resource. */
export function examples(definitions: readonly Definition[]): ReadonlyMap<string, object> {
  const files = new Map<string, object>()
  for (const example of [...people, ...care])
    for (const resource of resourcesOf(example)) {
      const profile = profileIdOf(collectionOf(example), resource.resourceType)
      const folder = `examples/${profile}`
      files.set(`${folder}/good-${String(resource.id)}.json`, resource)
      const definition = definitions.find(({ id }) => id === profile)!
      for (const [fault, bad] of faulty(resource, definition)) files.set(`${folder}/bad-${fault}.json`, bad)
    }
  return files
}

const resourcesOf = (example: Example): readonly Written[] => {
  const collection = collectionOf(example)
  return written(collection, collection.command.parse(example.value), example.id)
}

function collectionOf({ collection: name, id }: Example): AnyCollection {
  const collection = collectionNamed(name)
  if (!collection) throw new Error(`${id}: there is no collection ${name}`)
  return collection
}

/** What is wrong with it → the resource. */
function faulty(resource: Written, { differential }: Definition): ReadonlyMap<string, object> {
  const found = new Map<string, object>()
  const { element } = differential as { readonly element: readonly Element[] }
  const required = element.find(
    ({ path, sliceName, min }) => min === 1 && sliceName === undefined && path.split('.').length === 2,
  )
  const member = required && memberAt(resource, required.path)
  if (member) {
    const { [member]: _, ...rest } = resource
    found.set(`without-${member}`, rest)
  }
  const extensions = (resource.extension ?? []) as readonly Readonly<Record<string, unknown>>[]
  const own = extensions.findIndex(({ url }) =>
    element.some(({ sliceName }) => sliceName !== undefined && String(url).endsWith(`/${sliceName}`)),
  )
  if (own >= 0) {
    const { url } = extensions[own]!
    const wrong = { url, valueBase64Binary: 'bm9uc2Vuc2U=' }
    found.set(`value-of-${String(url).split('/').at(-1)}`, { ...resource, extension: extensions.with(own, wrong) })
  }
  if (found.size === 0) found.set('unknown-element', { ...resource, nonsense: true })
  return found
}

/** `Patient.deceased[x]` → `deceasedBoolean`, where it is said. */
function memberAt(resource: Written, path: string): string | undefined {
  const name = path.slice(path.indexOf('.') + 1)
  const start = name.replace('[x]', '')
  return Object.keys(resource).find((key) => key === start || (name !== start && key.startsWith(start)))
}
