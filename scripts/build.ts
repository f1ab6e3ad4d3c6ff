/**
 * `npm run build`: the program as `dist/handoff.js`, packages and all. What is needed rarely stays in files of its own, loaded when it is.
 * Node strips types from files of ours alone, not from installed ones, and takes its time for hundreds of them.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { build } from 'esbuild'

const root = resolve(import.meta.dirname, '..')
const out = join(root, 'dist')

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { handoff: 'src/cli/handoff.ts', 'sqlite-checkpoint-thread': 'src/store/sqlite-checkpoint-thread.ts' },
  outdir: out,
  bundle: true,
  splitting: true,
  metafile: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // Only who keeps the store in PostgreSQL needs it.
  external: ['pg'],
  // For packages that are CommonJS and ask for Node's own modules.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  logLevel: 'warning',
})

// Only now: what runs from here may still load a file that is the same in both.
const made = new Set(Object.keys(metafile.outputs).map((path) => basename(path)))
for (const name of readdirSync(out)) if (name.endsWith('.js') && !made.has(name)) rmSync(join(out, name))

/** The packages that are in it, as folders. */
const packages = new Set(
  Object.keys(metafile.inputs).flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
)
const licences = [...packages].sort().map((folder) => {
  const file = readdirSync(join(root, folder)).find((name) => /^licen[cs]e/i.test(name))
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
  return `${name} ${version} (${license})\n\n${file ? readFileSync(join(root, folder, file), 'utf8').trim() : ''}\n`
})
writeFileSync(join(out, 'LICENSES'), licences.join(`\n${'-'.repeat(80)}\n\n`))
