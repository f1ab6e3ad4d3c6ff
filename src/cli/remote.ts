/**
 * Commands that speak to a running gateway through `/admin`. Where it is and the operators' token come from the environment: a token on
 * the command line could be read by everybody on the machine.
 */
import { unlessThrown } from '../domain/problem.ts'
import type { Command, Io } from './command.ts'

interface Action {
  /** Names of its arguments, in their order; `file` is read, as JSON or YAML, and sent. In brackets: may be left out. */
  readonly args: readonly string[]
  readonly summary: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Path with the arguments in it. */
  path(args: Readonly<Record<string, string>>): string
}

/** The first action is the usual one. */
export function remoteCommand(name: string, summary: string, actions: Readonly<Record<string, Action>>): Command {
  const lines = Object.entries(actions).map(
    ([word, action]) => `  ${[word, ...action.args].join(' ').padEnd(28)} ${action.summary}`,
  )
  const usual = Object.keys(actions)[0]!
  return {
    name,
    usage: `handoff ${name} [${Object.keys(actions).join('|')}] …`,
    summary,
    help: [
      ...lines,
      '',
      'HANDOFF_BASE_URL (http://127.0.0.1:8080) says where the gateway is, HANDOFF_ADMIN_TOKEN who asks.',
    ].join('\n'),
    async run([word = usual, ...given], io) {
      const action = Object.hasOwn(actions, word) ? actions[word] : undefined
      const args = action && named(action, given)
      if (!action || !args) {
        io.err(`handoff ${name} is called like this:\n${lines.join('\n')}`)
        return 2
      }
      return call(io, action, args)
    },
  }
}

/** The arguments by name; undefined if there are too few or too many. */
function named({ args }: Action, given: readonly string[]): Record<string, string> | undefined {
  const needed = args.filter((name) => !name.startsWith('['))
  if (given.length < needed.length || given.length > args.length) return undefined
  return Object.fromEntries(given.map((value, at) => [args[at]!.replace(/^\[|\]$/g, ''), value]))
}

async function call(io: Io, action: Action, args: Record<string, string>): Promise<number> {
  const body = args.file === undefined ? undefined : await readDocument(io, args.file)
  if (args.file !== undefined && body === undefined) {
    io.err(`${args.file} cannot be read as JSON or YAML.`)
    return 78
  }
  return callAdmin(io, { method: action.method, path: action.path(args), body })
}

/** One request to `/admin`, its answer printed; the exit code says whether it went well. */
export async function callAdmin(
  io: Io,
  { method, path, body }: { readonly method: Action['method']; readonly path: string; readonly body?: string | undefined },
): Promise<number> {
  const { createSafeFetch } = await import('../net/safe-fetch.ts')
  const { nodeTransport } = await import('../node/transport.ts')
  const base = URL.parse(io.env.HANDOFF_BASE_URL ?? 'http://127.0.0.1:8080')
  if (!base) {
    io.err('HANDOFF_BASE_URL is not a URL.')
    return 78
  }
  const folder = base.pathname.replace(/\/$/, '')
  const token = io.env.HANDOFF_ADMIN_TOKEN
  const answer = await createSafeFetch({
    allowed: [{ host: base.hostname.replace(/^\[|\]$/g, '') }],
    transport: nodeTransport(),
  })({
    url: `${base.origin}${folder}/admin${path}`,
    method,
    headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(token && { credentials: { base: base.href, authorization: `Bearer ${token}` } }),
    ...(body !== undefined && { body }),
    maxBytes: 64 * 1024 * 1024,
  })
  if (answer.outcome !== 'answered') {
    io.err(`The gateway at ${base.origin} did not answer (${answer.reason}).`)
    return 1
  }
  const text = new TextDecoder().decode(answer.bytes)
  const fine = answer.status < 300
  const write = fine ? io.out : io.err
  if (text !== '') write(pretty(text))
  return fine ? 0 : 1
}

async function readDocument(io: Io, path: string): Promise<string | undefined> {
  const text = io.readFile(path)
  const { parse } = await import('yaml')
  return text === undefined ? undefined : unlessThrown(() => JSON.stringify(parse(text, { maxAliasCount: 0 })))
}

const pretty = (text: string): string => unlessThrown(() => JSON.stringify(JSON.parse(text), null, 2)) ?? text
