/** Real-world examples to test against, where the machine has them: the folder named by CORPORA, else `../shared/corpora`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const folder = resolve(import.meta.dirname, '../..', process.env.CORPORA ?? '../shared/corpora')

/** The folder, or undefined where it is absent: tests that need it are skipped, by name. */
export const corpora: string | undefined = existsSync(folder) ? folder : undefined

export interface Found {
  /** File, and the place in it. */
  readonly from: string
  readonly resource: { readonly resourceType: string } & Readonly<Record<string, unknown>>
}

/** Every resource of these types in the given sub-folders (bundles opened), numbers with all their digits. */
export function resourcesOf(types: ReadonlySet<string>, folders: readonly string[] = ['1_igs', '2_clinical']): Found[] {
  if (corpora === undefined) return []
  const found: Found[] = []
  const visit = (value: unknown, from: string): void => {
    if (typeof value !== 'object' || value === null) return
    const { resourceType, entry } = value as { resourceType?: unknown; entry?: unknown }
    if (typeof resourceType === 'string' && types.has(resourceType)) found.push({ from, resource: value as Found['resource'] })
    if (!Array.isArray(entry)) return
    for (const [i, item] of entry.entries()) visit((item as { resource?: unknown } | null)?.resource, `${from} entry[${i}]`)
  }
  for (const sub of folders) {
    for (const name of readdirSync(join(corpora, sub), { recursive: true, encoding: 'utf8' }).sort()) {
      if (name.endsWith('.json')) visit(parseExactly(readFileSync(join(corpora, sub, name), 'utf8')), `${sub}/${name}`)
    }
  }
  return found
}

const json = JSON as unknown as {
  rawJSON(text: string): unknown
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown
}

/** Numbers that a double would change are kept as they were written; text that is no JSON is undefined. */
export function parseExactly(text: string): unknown {
  try {
    return json.parse(text, (_, value, { source }) =>
      typeof value === 'number' && String(value) !== source ? json.rawJSON(source!) : value,
    )
  } catch {
    return undefined
  }
}
