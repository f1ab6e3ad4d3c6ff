import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { runCommand } from '../support/cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'packages-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Path → content of a gzipped tar archive. */
function unpacked(file: string): Map<string, string> {
  const bytes = gunzipSync(readFileSync(file))
  const field = (at: number, length: number): string => bytes.toString('utf8', at, at + length).split('\0', 1)[0]!
  const files = new Map<string, string>()
  for (let at = 0; bytes[at] !== 0; ) {
    const size = Number.parseInt(field(at + 124, 12), 8)
    files.set(field(at, 100), bytes.toString('utf8', at + 512, at + 512 + size))
    at += 512 * (1 + Math.ceil(size / 512))
  }
  return files
}

const build = async (into: string, env: Record<string, string> = {}): Promise<Map<string, string>> => {
  const ran = await runCommand(['packages', 'build', '--out', join(folder, into)], { env })
  expect(ran).toMatchObject({ code: 0, err: [] })
  const [name = ''] = readdirSync(join(folder, into))
  expect(ran.out[0]).toContain(name)
  return unpacked(join(folder, into, name))
}

test('the package holds a manifest, an index that names each file, and resources of every kind', async () => {
  const files = await build('plain')
  const manifest = JSON.parse(files.get('package/package.json')!)
  expect(manifest).toMatchObject({ name: 'warm-handoff.fhir.coordination', fhirVersions: ['4.0.1'], type: 'IG' })
  const index: { files: { filename: string; resourceType: string; id: string }[] } = JSON.parse(files.get('package/.index.json')!)
  const inFolder = [...files.keys()].filter(
    (path) => /^package\/[^/]+\.json$/.test(path) && !/\/(package|\.index)\.json$/.test(path),
  )
  expect(index.files.map(({ filename }) => `package/${filename}`).sort()).toEqual(inFolder.sort())
  for (const { filename, resourceType, id } of index.files)
    expect(JSON.parse(files.get(`package/${filename}`)!)).toMatchObject({ resourceType, id })
  expect(new Set(index.files.map(({ resourceType }) => resourceType))).toEqual(
    new Set([
      ...['CapabilityStatement', 'CodeSystem', 'ConceptMap', 'ImplementationGuide', 'NamingSystem'],
      ...['Questionnaire', 'SearchParameter', 'StructureDefinition', 'ValueSet'],
    ]),
  )
})

test('its URLs begin with the base of this installation', async () => {
  const files = await build('rebased', { HANDOFF_CANONICAL_BASE: 'https://coordination.harbor.example/fhir' })
  const all = [...files.values()].join('\n')
  expect(all).not.toContain('warm-handoff.example')
  expect(JSON.parse(files.get('package/StructureDefinition-means-safety.json')!).url).toBe(
    'https://coordination.harbor.example/fhir/StructureDefinition/means-safety',
  )
})

test('the same profiles make the same bytes', async () => {
  await build('once')
  await build('twice')
  const bytes = (into: string) => readFileSync(join(folder, into, readdirSync(join(folder, into))[0]!))
  expect(bytes('once').equals(bytes('twice'))).toBe(true)
})

test('what it does not understand it says', async () => {
  expect(await runCommand(['packages'])).toMatchObject({ code: 2 })
  expect(await runCommand(['packages', 'build', '--to', 'x'])).toMatchObject({ code: 2 })
  expect(await runCommand(['packages', 'build'], { env: { HANDOFF_CANONICAL_BASE: 'no url' } })).toMatchObject({ code: 78 })
})
