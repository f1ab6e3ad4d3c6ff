/** mappings/codes/index.ts: every code table of that folder, by the name that its file exports it under. */
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Files } from './generate.ts'

const folder = resolve(import.meta.dirname, '../mappings/codes')

export async function files(): Promise<Files> {
  const found: { readonly file: string; readonly names: readonly string[] }[] = []
  for (const file of (await readdir(folder)).filter((name) => name !== 'index.ts').sort()) {
    const exported: Readonly<Record<string, unknown>> = await import(pathToFileURL(join(folder, file)).href)
    const names = Object.keys(exported).filter((name) => typeof (exported[name] as { trying?: unknown })?.trying === 'function')
    if (names.length > 0) found.push({ file, names: names.sort() })
  }
  const imports = found.map(({ file, names }) => importOf(names, file))
  const all = found.flatMap(({ names }) => names).sort()
  return {
    [join('mappings', 'codes', 'index.ts')]: [
      '/** Every code table, by name. Made by scripts/generate-codes.ts: run `npm run generate` after adding one. */',
      "import type { CodeTable } from '../../src/lens/code-table.ts'",
      ...imports,
      '',
      'export const codeTables: Readonly<Record<string, CodeTable<string>>> = {',
      ...all.map((name) => `  ${name},`),
      '}',
      '',
    ].join('\n'),
  }
}

/** As the formatter would have it. */
function importOf(names: readonly string[], file: string): string {
  const line = `import { ${names.join(', ')} } from './${file}'`
  return line.length <= 130 ? line : ['import {', ...names.map((name) => `  ${name},`), `} from './${file}'`].join('\n')
}
