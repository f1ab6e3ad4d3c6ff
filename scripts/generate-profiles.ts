/**
 * `profiles/`: what we add to FHIR, rendered from what the mappings write, from the code tables, the instruments and the tables that route
 * and search. Written by hand are the search parameters alone.
 */
import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Files } from './generate.ts'
import { canonical, type Definition, listed } from './profiles/canonical.ts'
import { codesOfTables, conceptMaps } from './profiles/concept-maps.ts'
import { codeListsOf, extensionDefinition } from './profiles/extensions.ts'
import { namingSystems } from './profiles/naming-systems.ts'
import { type Portrait, portrait } from './profiles/portrait.ts'
import { questionnaires } from './profiles/questionnaires.ts'
import { structureDefinition } from './profiles/structures.ts'
import { type Codes, codeSystem, codesOfData, inWords, valueSetOf } from './profiles/terminology.ts'

const folders: Readonly<Record<string, string>> = {
  CodeSystem: 'code-systems',
  ConceptMap: 'concept-maps',
  NamingSystem: 'naming-systems',
  Questionnaire: 'questionnaires',
  ValueSet: 'value-sets',
}

export async function files(): Promise<Files> {
  const seen = portrait()
  const definitions = [
    ...seen.parts.map(structureDefinition),
    ...extensions(seen),
    ...(await terminology(seen)),
    ...(await conceptMaps()),
    ...questionnaires(),
    ...namingSystems,
  ]
  const made = await present()
  for (const one of definitions) {
    const path = `profiles/${folderOf(one)}/${one.id}.json`
    if (made[path] !== undefined) throw new Error(`${path}: two definitions have this name`)
    made[path] = `${JSON.stringify(one, null, 2)}\n`
  }
  return made
}

/** What stands in the folders that are rendered: gone, if it is not made again. */
async function present(): Promise<Files> {
  const folder = resolve(import.meta.dirname, '../profiles')
  const paths = await readdir(folder, { recursive: true })
  const rendered = paths.filter((path) => path.endsWith('.json') && !path.startsWith('search-parameters'))
  return Object.fromEntries(rendered.map((path) => [`profiles/${path}`, undefined]))
}

const folderOf = ({ resourceType, type }: Definition): string =>
  folders[resourceType] ?? (type === 'Extension' ? 'extensions' : 'structure-definitions')

/** Which fields of `/coordination` stand there. */
function said({ saidBy, parts }: Portrait, url: string): string {
  const fields = saidBy.get(url)
  if (fields) return `Where ${listed(fields)} ${fields.size > 1 ? 'stand' : 'stands'}.`
  const marked = parts.filter(({ facts }) => facts.extensions.has(url) || facts.codes.has(url) || facts.namings.has(url))
  return `Found in resources of ${listed(new Set(marked.map(({ collection }) => `\`${collection.name}\``)))}.`
}

const extensions = (seen: Portrait): Definition[] =>
  [...seen.facts.extensions].map(([url, facts]) => extensionDefinition(url, facts, said(seen, url)))

async function terminology(seen: Portrait): Promise<Definition[]> {
  const fromTables = await codesOfTables()
  const fromData = codesOfData()
  const urls = new Set([...seen.facts.codes.keys(), ...fromTables.keys(), ...fromData.keys()])
  const systems: { readonly url: string; readonly codes: Codes; readonly words: string }[] = [...urls].map((url) => {
    const written = fromData.has(url) ? [] : (seen.facts.codes.get(url) ?? [])
    const codes = new Map([...inWords([...written, ...(fromTables.get(url) ?? [])]), ...(fromData.get(url) ?? [])])
    return { url, codes, words: seen.facts.codes.has(url) ? said(seen, url) : 'Codes of our own.' }
  })
  for (const [extension, facts] of seen.facts.extensions)
    for (const [name, codes] of codeListsOf(extension, facts))
      systems.push({ url: canonical('CodeSystem', name), codes: inWords(codes), words: said(seen, extension) })
  return systems.flatMap(({ url, codes, words }) => [codeSystem(url, codes, words), valueSetOf(url, words)])
}
