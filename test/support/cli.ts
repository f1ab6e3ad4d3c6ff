/** A command of `handoff`, run over files and an environment of the test's own. */
import type { Io } from '../../src/cli/command.ts'
import { commands } from '../../src/cli/commands.ts'

interface Ran {
  readonly code: number
  readonly out: readonly string[]
  readonly err: readonly string[]
}

export async function runCommand(
  args: readonly string[],
  world: { readonly env?: Io['env']; readonly readFile?: Io['readFile'] } = {},
): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  const io: Io = {
    env: world.env ?? {},
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    readFile: world.readFile ?? (() => undefined),
    nextSignal: () => new Promise(() => undefined),
  }
  const code = await commands.find(({ name }) => name === args[0])!.run(args.slice(1), io)
  return { code, out, err }
}
