/**
 * The code tables of `mappings/codes` as ConceptMaps, from codes to the words of the care team. Of several codes with one word the first is
 * written, and equivalent; the others mean less than the word. https://hl7.org/fhir/R4/conceptmap.html
 */
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { CodeTable } from '../../src/lens/code-table.ts'
import { codeSystems } from '../validate/definitions.ts'
import { canonical, type Definition, definition, titleOf } from './canonical.ts'
import { codeSystem, inWords, isOwn, valueSetOf } from './terminology.ts'

const folder = resolve(import.meta.dirname, '../../mappings/codes')

type Row = readonly [code: string, term: string, system: string]

interface NamedTable {
  readonly name: string
  readonly table: CodeTable<string>
  readonly rows: readonly Row[]
}

/** Every table that a file of the folder exports, by its name. */
async function tables(): Promise<NamedTable[]> {
  const found: NamedTable[] = []
  for (const file of (await readdir(folder)).sort()) {
    const exported: Record<string, unknown> = await import(pathToFileURL(join(folder, file)).href)
    for (const [key, value] of Object.entries(exported))
      if (isTable(value)) {
        const name = `${file.startsWith('hl7v2') ? 'v2-' : ''}${kebab(key)}`
        found.push({
          name,
          table: value,
          rows: value.rows.map(([code, term, own]) => [code, term, own ?? standing(code, value.system, name)]),
        })
      }
  }
  return found
}

/** Tables of HL7 v2 are read with the words that senders use besides: those are of no code system but our own. */
function standing(code: string, system: string, name: string): string {
  const official = codeSystems.get(system)
  const known = !system.includes('/v2-') || official === undefined || official.concept?.some((one) => one.code === code)
  return known ? system : canonical('CodeSystem', `as-sent-${name}`)
}

const isTable = (value: unknown): value is CodeTable<string> =>
  typeof value === 'object' && value !== null && 'rows' in value && 'termOf' in value

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** Codes of our own systems that stand in a table, by system. */
export async function codesOfTables(): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = (await tables()).flatMap((one) => one.rows)
  const ours = Map.groupBy(
    rows.filter(([, , system]) => isOwn(system)),
    ([, , system]) => system,
  )
  return new Map([...ours].map(([system, found]) => [system, found.map(([code]) => code)]))
}

/** A ConceptMap for each table that translates, the words of its right side, and the codes of its left side as a value set. */
export async function conceptMaps(): Promise<Definition[]> {
  const translating = (await tables()).filter(({ table }) => !table.rows.every(([code, term]) => code === term))
  return translating.flatMap(({ name, table, rows }) => {
    const terms = canonical('CodeSystem', `term-${name}`)
    const title = titleOf(name)
    return [
      map(name, table, rows, terms),
      codeSystem(terms, inWords(table.terms), `${title}: the care team's words.`),
      valueSetOf(terms, `${title}: the care team's words.`),
      definition(
        'ValueSet',
        `code-${name}`,
        { title: `${title}, codes`, description: `${title}: the codes that have a word of the care team.` },
        {
          compose: { include: bySystem(rows).map(([system, own]) => ({ system, concept: own.map(([code]) => ({ code })) })) },
        },
      ),
    ]
  })
}

const bySystem = (rows: readonly Row[]): [string, Row[]][] => [...Map.groupBy(rows, ([, , system]) => system)]

function map(name: string, table: CodeTable<string>, rows: readonly Row[], terms: string): Definition {
  const isWritten = ([code, term]: Row): boolean => table.codeOf(term).code === code
  return definition(
    'ConceptMap',
    name,
    {
      title: titleOf(name),
      description: `What codes mean in the care team's words (${titleOf(name).toLowerCase()}), and which code is written for a word.`,
    },
    {
      sourceCanonical: canonical('ValueSet', `code-${name}`),
      targetCanonical: canonical('ValueSet', `term-${name}`),
      group: bySystem(rows).map(([source, own]) => ({
        source,
        target: terms,
        element: own.map((row) => ({
          code: row[0],
          target: [{ code: row[1], equivalence: isWritten(row) ? 'equivalent' : 'wider' }],
        })),
      })),
    },
  )
}
