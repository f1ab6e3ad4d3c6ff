/** The conformance resources of our own, as they stand in `profiles/`. */
import { readdir, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'

export async function profilesOf<T extends { readonly resourceType: string }>(type: string): Promise<T[]> {
  const folder = resolve(import.meta.dirname, '../../profiles')
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const found: T[] = []
  for (const name of names.filter((each) => each.endsWith('.json')).sort()) {
    const resource: T = JSON.parse(await readFile(resolve(folder, name), 'utf8'))
    if (resource.resourceType === type) found.push(resource)
  }
  return found
}
