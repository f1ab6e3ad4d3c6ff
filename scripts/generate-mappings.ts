/** mappings/index.ts: every mapping, by the name of its file. A mapping is a file `mappings/<domain>.<anchor>.ts` with a default export. */
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Files } from './generate.ts'

const folder = resolve(import.meta.dirname, '../mappings')

export async function files(): Promise<Files> {
  const names = (await readdir(folder)).filter((name) => /^[a-z-]+\.[a-z-]+\.ts$/.test(name)).sort()
  const lines = names.map((file) => `export { default as ${camelCase(file.replace(/\.ts$/, ''))} } from './${file}'`)
  const header =
    '/** Every mapping. Made by scripts/generate-mappings.ts: run `npm run generate` after adding a file to this folder. */'
  return { [join('mappings', 'index.ts')]: [header, ...lines, ''].join('\n') }
}

const camelCase = (name: string): string => name.replace(/[.-]([a-z])/g, (_, letter: string) => letter.toUpperCase())
