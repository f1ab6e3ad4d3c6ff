/** What a command of `handoff` is. To add one: a file in this folder, and a line in `commands.ts`. */

export interface Command {
  readonly name: string
  /** How it is called, its arguments included. */
  readonly usage: string
  /** One sentence, for the list of commands. */
  readonly summary: string
  /** More, for `handoff <command> --help`. */
  readonly help?: string
  /** Answers the exit code: 0 done, 1 failed, 2 called wrongly, 78 the configuration cannot be used. */
  run(args: readonly string[], io: Io): Promise<number>
}

/** Why something of the machine failed, for people. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'for an unknown reason')

/** The world as a command sees it. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Writes a line for people, or for the next program. */
  out(line: string): void
  /** Writes a line about what went wrong. */
  err(line: string): void
  /** The text of a file, or undefined. */
  readFile(path: string): string | undefined
  /** Resolves when the process is asked to end, each time anew. */
  nextSignal(): Promise<void>
}
