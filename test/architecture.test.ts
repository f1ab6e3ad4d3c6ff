/**
 * The rules of the house, checked: who may import whom, which words belong to the doors, and how long a file may grow.
 * The table below is the rule; a new folder wants a new line here first. All violations are printed at once.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

interface Room {
  /** Folders and files of ours that it may import, besides its own. */
  readonly ours: readonly string[]
  /** Packages; with `type ` in front: for types only. `*`: anything. */
  readonly npm: readonly string[]
}

const problem = 'src/domain/problem.ts'
const utf8 = 'src/domain/utf8.ts'
const contracts = ['src/store/store.ts', 'src/store/change.ts', 'src/connectors/connector.ts', 'src/connectors/mail.ts']
/** How problems and versions look on each surface. */
const renderers = ['src/fhir/outcome.ts', 'src/fhir/version.ts', 'src/hl7v2/acknowledge.ts']
/** What the doors of FHIR route by, read JSON with, and print it with. */
const wire = ['src/fhir/interactions.ts', 'src/fhir/exact.ts', 'src/fhir/tree.ts']
const digest = 'src/digest.ts'
const cipher = 'src/cipher.ts'
const door: Room = { ours: ['src', 'mappings', 'profiles'], npm: ['*'] }

/** The longest matching key counts. */
const rooms: Readonly<Record<string, Room>> = {
  'src/domain': { ours: [], npm: ['zod'] },
  'src/lens': { ours: [problem], npm: ['zod'] },
  profiles: { ours: [], npm: [] },
  mappings: { ours: ['src/domain', 'src/lens', 'src/hl7v2', 'src/ccda'], npm: ['type @medplum/fhirtypes', 'type zod'] },
  'src/hl7v2': { ours: [problem, utf8, 'src/domain/base64.ts'], npm: ['@medplum/core'] },
  'src/ccda': { ours: [problem], npm: ['saxes'] },
  'src/billing': { ours: ['src/domain'], npm: [] },
  'src/mime': { ours: [problem], npm: [] },
  'src/x12': { ours: ['src/domain'], npm: [] },
  'src/documents': { ours: [], npm: ['pptxgenjs'] },
  'src/fhir': { ours: [problem, utf8, 'profiles'], npm: ['@medplum/core', 'type @medplum/fhirtypes'] },
  'src/store': { ours: [problem, 'src/domain/cursor.ts', 'src/fhir/search', digest], npm: ['type @medplum/fhirtypes', 'kysely'] },
  'src/connectors': { ours: [problem, 'src/fhir', 'src/net'], npm: ['fhir-kit-client', 'jose', 'type @medplum/fhirtypes'] },
  'src/access': { ours: ['src/domain', 'src/fhir', digest, cipher], npm: ['jose', 'zod'] },
  'src/flows': {
    ours: [
      ...[
        'src/domain',
        'src/lens',
        'mappings',
        'src/fhir',
        'src/hl7v2',
        'src/ccda',
        'src/billing',
        'src/x12',
        'src/mime',
        'src/access',
        'src/observe',
        'src/documents',
      ],
      ...contracts,
      digest,
    ],
    npm: ['type @medplum/fhirtypes', 'zod'],
  },
  'src/net': { ours: [problem], npm: [] },
  'src/http': {
    ours: ['src/gateway.ts', 'src/domain', ...renderers, ...wire, 'src/access'],
    npm: ['hono', 'zod'],
  },
  'src/console': {
    ours: ['src/gateway.ts', 'src/domain', ...renderers, 'src/access', 'src/http'],
    npm: ['hono', 'zod'],
  },
  'src/observe': { ours: [], npm: ['pino'] },
  'src/new-id.ts': { ours: [], npm: [] },
  [digest]: { ours: [], npm: [] },
  [cipher]: { ours: [], npm: [] },
  'src/settings.ts': { ours: ['src/domain', 'src/access', 'src/net/target.ts'], npm: ['zod', 'yaml'] },
  'src/gateway.ts': { ours: ['src/flows', ...contracts, 'src/connectors', 'src/access', 'src/observe', 'mappings'], npm: [] },
  'src/configure.ts': { ours: ['src/domain', 'src/flows', 'src/gateway.ts', 'src/settings.ts'], npm: [] },
  'src/app.ts': { ours: ['src/gateway.ts', 'src/http', 'src/console', 'src/settings.ts'], npm: ['hono'] },
  'src/node.ts': door,
  'src/node': door,
  'src/worker.ts': door,
  'src/cli.ts': door,
  'src/cli': door,
  'src/demo': door,
}

/** The only files that know a runtime: the doors, the store clients that they import, and what both runtimes have alike. */
const knowsRuntime = [
  'src/node.ts',
  'src/node/',
  'src/worker.ts',
  'src/cli.ts',
  'src/cli/',
  'src/demo/',
  'src/store/sqlite',
  'src/store/postgres',
  'src/store/durable-object',
  digest,
  cipher,
]

/** Words of the runtime, of chance and of the network, and who may say them. */
const words: readonly { readonly word: string; readonly pattern: RegExp; readonly allowed: readonly string[] }[] = [
  { word: 'node: or cloudflare:', pattern: /'(node|cloudflare):/, allowed: knowsRuntime },
  { word: 'process', pattern: /(?<![\w.'-])process\s*[.[]/, allowed: knowsRuntime },
  { word: 'setInterval', pattern: /\bsetInterval\b/, allowed: knowsRuntime },
  { word: 'waitUntil', pattern: /\bwaitUntil\b/, allowed: knowsRuntime },
  { word: 'Date.now', pattern: /\bDate\.now\b|\bperformance\.now\b/, allowed: knowsRuntime },
  { word: 'new Date() without argument', pattern: /\bnew Date\(\s*\)/, allowed: knowsRuntime },
  {
    word: 'Math.random or another source of chance',
    pattern: /\bMath\.random\b|\brandomUUID\b|\bgetRandomValues\b/,
    allowed: knowsRuntime,
  },
  { word: 'fetch(', pattern: /(?<![\w.])(?<!override async )(globalThis\.)?fetch\(/, allowed: ['src/net/safe-fetch.ts'] },
]

const longest = 300

const root = resolve(import.meta.dirname, '..')

function sources(folder: string): string[] {
  if (!existsSync(join(root, folder))) return []
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  return files.map((entry) => relative(root, join(entry.parentPath, entry.name))).sort()
}

interface Source {
  readonly file: string
  /** The code without comments. */
  readonly code: string
  readonly lines: number
  readonly imports: readonly { readonly from: string; readonly typeOnly: boolean }[]
}

function read(file: string): Source {
  const text = readFileSync(join(root, file), 'utf8')
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
  const statements = [...code.matchAll(/^\s*(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s+)?'([^']+)'/gm)]
  const dynamic = [...code.matchAll(/\bimport\(\s*'([^']+)'/g)]
  return {
    file,
    code,
    lines: text.split('\n').length - 1,
    imports: [
      ...statements.map(([, type, from]) => ({ from: from!, typeOnly: type !== undefined })),
      ...dynamic.map(([, from]) => ({ from: from!, typeOnly: false })),
    ],
  }
}

const within = (file: string, places: readonly string[]) =>
  places.some(
    (place) => file === place || file.startsWith(place.endsWith('/') || place.startsWith('src/store/') ? place : `${place}/`),
  )

function roomOf(file: string): string | undefined {
  const keys = Object.keys(rooms).filter((key) => file === key || file.startsWith(`${key}/`))
  return keys.sort((a, b) => b.length - a.length)[0]
}

function wrongImports({ file, imports }: Source): string[] {
  const key = roomOf(file)
  if (key === undefined) return [`${file}: in no room of the table`]
  const room = rooms[key]!
  return imports.flatMap(({ from, typeOnly }) => {
    if (from.startsWith('.')) {
      const target = relative(root, resolve(root, dirname(file), from))
      const fine = target === key || target.startsWith(`${key}/`) || within(target, room.ours)
      return fine ? [] : [`${file}: imports ${target}, which ${key} may not`]
    }
    if (/^(node|cloudflare):/.test(from)) return []
    const name = from
      .split('/')
      .slice(0, from.startsWith('@') ? 2 : 1)
      .join('/')
    const fine = room.npm.includes('*') || room.npm.includes(name) || (typeOnly && room.npm.includes(`type ${name}`))
    return fine ? [] : [`${file}: imports the package ${name}${typeOnly ? ' (types)' : ''}, which ${key} may not`]
  })
}

function wrongWords({ file, code }: Source): string[] {
  return words.flatMap(({ word, pattern, allowed }) =>
    pattern.test(code) && !within(file, allowed) ? [`${file}: says ${word}`] : [],
  )
}

function tooLong({ file, lines }: Source): string[] {
  return lines > longest && !file.includes('/generated/') ? [`${file}: ${lines} lines, more than ${longest}`] : []
}

/** A file that needs itself, by way of others; imports of types alone do not count. */
function cycles(all: readonly Source[]): string[] {
  const byFile = new Map(all.map((source) => [source.file, source]))
  const settled = new Set<string>()
  const found: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) return void found.push(`a circle: ${[...path.slice(path.indexOf(file)), file].join(' → ')}`)
    if (settled.has(file)) return
    for (const { from, typeOnly } of byFile.get(file)?.imports ?? []) {
      if (from.startsWith('.') && !typeOnly) visit(relative(root, resolve(root, dirname(file), from)), [...path, file])
    }
    settled.add(file)
  }
  for (const { file } of all) visit(file, [])
  return found
}

const all = [...sources('src'), ...sources('mappings'), ...sources('profiles')].map(read)

test('the house keeps its rules', () => {
  const violations = [
    ...all.flatMap((source) => [...wrongImports(source), ...wrongWords(source), ...tooLong(source)]),
    ...cycles(all),
  ]
  expect(violations).toEqual([])
})

test('the checks see what they are meant to see', () => {
  const bad: Source = {
    file: 'src/domain/bad.ts',
    code: "import { x } from 'node:fs'\nconst a = Date.now() + Math.random()\nawait fetch('x')\nprocess.exit()\nnew Date()",
    lines: 301,
    imports: [
      { from: '../store/sql-store.ts', typeOnly: true },
      { from: 'hono', typeOnly: false },
      { from: './problem.ts', typeOnly: false },
    ],
  }
  expect(wrongImports(bad)).toHaveLength(2)
  expect(wrongWords(bad)).toHaveLength(6)
  expect(tooLong(bad)).toHaveLength(1)
  const circle = ['a', 'b'].map(
    (name): Source => ({
      ...bad,
      file: `src/${name}.ts`,
      imports: [{ from: name === 'a' ? './b.ts' : './a.ts', typeOnly: false }],
    }),
  )
  expect(cycles(circle)).toHaveLength(1)
  expect(all.length).toBeGreaterThan(10)
})
