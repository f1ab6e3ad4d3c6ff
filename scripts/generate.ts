/**
 * Runs every generator: `node scripts/generate.ts` writes what they make, `--check` fails (exit code 1) naming the files that are not current.
 * A generator is a file `scripts/generate-*.ts` that exports `files()`: path relative to the repository → content, undefined for a file that
 * is not to be there.
 */
import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

export type Files = Record<string, string | undefined>

const root = resolve(import.meta.dirname, '..')

/** One after the other, by name: what one has written the next may read. */
async function* generated(): AsyncGenerator<[path: string, content: string | undefined]> {
  const names = (await readdir(import.meta.dirname)).filter((name) => /^generate-.*\.ts$/.test(name)).sort()
  for (const name of names) {
    const generator: { files(): Promise<Files> } = await import(pathToFileURL(join(import.meta.dirname, name)).href)
    yield* Object.entries(await generator.files())
  }
}

async function main(check: boolean): Promise<void> {
  const stale: string[] = []
  for await (const [path, content] of generated()) {
    const file = join(root, path)
    const present = await readFile(file, 'utf8').catch(() => undefined)
    if (present === content) continue
    stale.push(path)
    if (check) continue
    await mkdir(dirname(file), { recursive: true })
    await (content === undefined ? rm(file) : writeFile(file, content))
  }
  if (!check) {
    console.log(stale.length > 0 ? `Written: ${stale.join(', ')}` : 'Everything is current.')
    // What was written may be code that generators run: once more, in a process that has not read it yet.
    if (stale.length > 0) execFileSync(process.execPath, [import.meta.filename], { stdio: 'inherit' })
  } else if (stale.length > 0) {
    console.error(`Not current (run \`npm run generate\`): ${stale.join(', ')}`)
    process.exitCode = 1
  }
}

if (import.meta.main) await main(process.argv.includes('--check'))
