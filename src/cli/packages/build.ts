/**
 * What stands in `profiles/` as a FHIR package: https://confluence.hl7.org/display/FHIR/NPM+Package+Specification
 * Canonical URLs begin with the base that this installation is configured with.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { canonicalBase } from '../../../mappings/shared/extension.ts'
import { type TarFile, tar } from './tar.ts'

/** Found from here both in the sources and in what is built of them. */
const ownPackage = findPackageJSON(import.meta.url) ?? 'package.json'

/** What the profiles derive from, and whose extensions the mappings write. */
const dependencies = {
  'hl7.fhir.r4.core': '4.0.1',
  'hl7.fhir.uv.extensions.r4': '5.2.0',
  'hl7.fhir.us.core': '7.0.0',
  'hl7.fhir.us.sdoh-clinicalcare': '3.0.0',
  'hl7.fhir.us.davinci-pas': '2.2.1',
}

const packageName = 'warm-handoff.fhir.coordination'

interface Resource {
  readonly resourceType: string
  readonly id: string
  readonly url?: string
  readonly version?: string
  readonly kind?: string
  readonly type?: string
}

interface Member {
  readonly resource: Resource
  readonly text: string
  readonly isExample: boolean
}

interface Package {
  readonly name: string
  readonly version: string
  readonly resources: number
  readonly examples: number
  /** A gzipped tar archive. */
  readonly bytes: Uint8Array
}

export function buildPackage(base: string): Package {
  const { version, license }: { version: string; license: string } = JSON.parse(readFileSync(ownPackage, 'utf8'))
  const members = readMembers(base)
  const resources = members.filter(({ isExample }) => !isExample)
  const examples = members.filter(({ isExample }) => isExample)
  const manifest = {
    name: packageName,
    version,
    type: 'IG',
    title: 'Warm Handoff: mental-health care coordination',
    description: 'Profiles, extensions and terminology of the care-coordination gateway Warm Handoff.',
    author: 'Warm Handoff',
    license,
    canonical: base,
    url: base,
    fhirVersions: ['4.0.1'],
    dependencies,
    directories: { lib: 'package', example: 'example' },
  }
  const guide = member(guideOf(manifest, members), false)
  const files = [
    { path: 'package/package.json', content: JSON.stringify(manifest, null, 2) },
    ...inFolder('package', [guide, ...resources]),
    ...inFolder('package/example', examples),
  ]
  return {
    name: packageName,
    version,
    resources: resources.length + 1,
    examples: examples.length,
    bytes: gzipSync(tar(files), { level: 9 }),
  }
}

/** All resources but the examples of what is refused. */
function readMembers(base: string): Member[] {
  const folder = join(dirname(ownPackage), 'profiles')
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.json'))
  return paths
    .filter((path) => !path.includes('/bad-'))
    .sort()
    .map((path) => {
      const text = readFileSync(join(folder, path), 'utf8').replaceAll(canonicalBase, base)
      return member(JSON.parse(text) as Resource, path.startsWith('examples'))
    })
}

const member = (resource: Resource, isExample: boolean): Member => ({ resource, text: JSON.stringify(resource), isExample })

const fileName = ({ resourceType, id }: Resource): string => `${resourceType}-${id}.json`

/** The files of a folder, and the index by which they are found. */
function inFolder(folder: string, members: readonly Member[]): TarFile[] {
  const index = {
    'index-version': 2,
    files: members.map(({ resource }) => {
      const { resourceType, id, url, version, kind, type } = resource
      return { filename: fileName(resource), resourceType, id, url, version, kind, type }
    }),
  }
  return [
    { path: `${folder}/.index.json`, content: JSON.stringify(index) },
    ...members.map(({ resource, text }) => ({ path: `${folder}/${fileName(resource)}`, content: text })),
  ]
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly title: string
  readonly description: string
  readonly license: string
  readonly canonical: string
}

/** https://hl7.org/fhir/R4/implementationguide.html */
function guideOf(
  { name, version, title, description, license, canonical }: Manifest,
  members: readonly Member[],
): Resource & object {
  return {
    resourceType: 'ImplementationGuide',
    id: name,
    url: `${canonical}/ImplementationGuide/${name}`,
    version,
    name: 'WarmHandoff',
    title,
    status: 'active',
    publisher: 'Warm Handoff',
    description,
    packageId: name,
    license,
    fhirVersion: ['4.0.1'],
    dependsOn: [
      {
        id: 'uscore',
        uri: 'http://hl7.org/fhir/us/core/ImplementationGuide/hl7.fhir.us.core',
        packageId: 'hl7.fhir.us.core',
        version: dependencies['hl7.fhir.us.core'],
      },
    ],
    definition: {
      resource: members.map(({ resource: { resourceType, id }, isExample }) => ({
        reference: { reference: `${resourceType}/${id}` },
        exampleBoolean: isExample,
      })),
    },
  } as Resource & object
}
