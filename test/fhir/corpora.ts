/** Published examples to test against, where the machine has them: the folder is the setting CORPORA. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..', process.env.CORPORA ?? '../shared/corpora')

export const hasCorpora = existsSync(root)

/** Texts of the JSON files of a folder (sub-folders too), at most `limit`, evenly spread. */
export function corpusTexts(folder: string, limit: number): string[] {
  if (!hasCorpora) return []
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort()
  const stride = Math.max(1, Math.ceil(names.length / limit))
  return names.filter((_, i) => i % stride === 0).map((name) => readFileSync(join(root, folder, name), 'utf8'))
}

export interface Resource {
  readonly resourceType: string
  readonly id?: string
  readonly [member: string]: unknown
}

/** The resources in a folder's files, those in bundles included. */
export function corpusResources(folder: string, limit: number): Resource[] {
  return corpusTexts(folder, limit).flatMap((text) => {
    const parsed: { resourceType?: string; entry?: { resource?: Resource }[] } = JSON.parse(text)
    if (parsed.resourceType === undefined) return []
    const inside = parsed.resourceType === 'Bundle' ? (parsed.entry ?? []).flatMap(({ resource }) => resource ?? []) : []
    return [parsed as Resource, ...inside]
  })
}
