#!/usr/bin/env -S MALLOC_ARENA_MAX=1 node --max-semi-space-size=16 --min-semi-space-size=16 --no-allocation-site-pretenuring
/**
 * Where the installed program begins. It is understood by any Node, so that one that is too old can be told; all else is loaded behind that.
 *
 * Above, V8 is told not to allocate among the old what lived long once: what a large transaction keeps for a second, a read makes and drops,
 * and it took half as long again after one.
 */

/** As `engines` in package.json says. */
const least = [24, 2] as const

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major > least[0] || (major === least[0] && minor >= least[1])) await import('../cli.ts')
else {
  process.stderr.write(`handoff needs Node ${least.join('.')} or later; this is ${process.versions.node}.\n`)
  process.exitCode = 1
}
