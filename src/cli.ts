/** `handoff <command>`. Exit codes: 0 done, 1 failed, 2 called wrongly, 78 the configuration cannot be used. */
import { readFileSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import type { Command, Io } from './cli/command.ts'
import { commands } from './cli/commands.ts'
import { unlessThrown } from './domain/problem.ts'

// Commands import what they need when they run: from the second start on, nothing of it is compiled again.
enableCompileCache()

const io: Io = {
  env: process.env,
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  readFile: (path) => unlessThrown(() => readFileSync(path, 'utf8')),
  nextSignal: () =>
    new Promise((asked) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => asked())
    }),
}

const helpWords = ['--help', '-h', 'help']

function helpPage(): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)
  return ['Usage: handoff <command> [arguments]', '', ...lines, '', 'handoff <command> --help tells more.'].join('\n')
}

const helpOf = ({ usage, summary, help }: Command): string =>
  [`Usage: ${usage}`, '', summary, ...(help ? ['', help] : [])].join('\n')

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || helpWords.includes(name)) {
    io.out(helpPage())
    return name === undefined ? 2 : 0
  }
  const command = commands.find((known) => known.name === name)
  if (!command) {
    io.err(`There is no command ${JSON.stringify(name)}.\n\n${helpPage()}`)
    return 2
  }
  if (args.some((arg) => helpWords.includes(arg))) {
    io.out(helpOf(command))
    return 0
  }
  return command.run(args, io)
}

process.exitCode = await main(process.argv.slice(2))
// What is left (a kept connection of a partner) would keep the process.
setTimeout(() => process.exit(), 100).unref()
