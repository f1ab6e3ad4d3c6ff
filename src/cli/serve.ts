/** `handoff serve`: the gateway, until it is asked to end. */
import { flushCompileCache } from 'node:module'
import { setFlagsFromString } from 'node:v8'
import { trace } from '../observe/log.ts'
import { type Command, reasonOf } from './command.ts'
import { configurationFault, settingsFor } from './settings.ts'

export const serve: Command = {
  name: 'serve',
  usage: 'handoff serve',
  summary: 'Runs the gateway, as the environment configures it.',
  help: `Settings (environment variables, all optional):
  HOST, PORT               where to listen (127.0.0.1, 8080)
  HANDOFF_STORE            sqlite:<folder>, sqlite::memory: or postgres://… (sqlite:./data)
  HANDOFF_AUTH             smart, or none for a loopback HOST (smart)
  HANDOFF_ADMIN_TOKEN      bearer token of operators (a random one, printed once); or HANDOFF_ADMIN_TOKEN_FILE
  HANDOFF_CONFIG           a JSON or YAML file: tenants, connections, clients, policies
  HANDOFF_BASE_URL         the public address
  HANDOFF_CANONICAL_BASE   base of our canonical URLs (https://warm-handoff.example/fhir)
  HANDOFF_MLLP_PORT        listen for HL7 v2 over MLLP (off)
  HANDOFF_LOG              debug, info, warn, error or silent (info)
  HANDOFF_VALIDATION       refuse, or mark what breaks a rule on /fhir (refuse)
  HANDOFF_AUDIT            on, changes (not what only reads), or off (on)
  HANDOFF_ALLOW_TARGETS    host:port, … of private addresses that may be called; the port may be *
  HANDOFF_CORS_ORIGINS     https://app.example, … whose pages may ask from browsers; * for any (none)

SIGTERM or SIGINT finishes what is in hand and ends; a second one ends at once.`,

  async run(args, io) {
    if (args.length > 0) {
      io.err('serve takes no arguments; it is configured by environment variables (see handoff serve --help).')
      return 2
    }
    const settings = await settingsFor(io)
    if (!settings) return configurationFault
    for (const warning of settings.warnings) io.err(`Warning: ${warning}`)

    // Left alone V8 collects when the heap has grown to four times what is in use, and keeps the room; at twice that it works no slower.
    setFlagsFromString('--heap-growing-percent=100')
    const { startNode } = await import('../node.ts')
    const started = await startNode(settings, (line) => io.out(line.trimEnd())).catch((error: unknown) => {
      io.err(`The gateway could not start: ${reasonOf(error)}`)
      return undefined
    })
    if (!started) return 1
    if (!started.ok) {
      io.err(started.problem.detail)
      for (const { path, message } of started.problem.issues) io.err(`  ${path} ${message}`)
      return configurationFault
    }
    // At once, for it has work in hand from now on. Before, a signal ends whoever starts or stands by.
    const asked = io.nextSignal()
    const { url, adminToken, stop, gateway } = started.value
    // Nobody opens a debugger in a process that holds records.
    process.on('SIGUSR1', () => undefined)
    // An error's text may quote what was being worked on: where it happened is told, and no word of it.
    process.once('uncaughtException', (error) => {
      gateway.log('process-failed', trace(error))
      process.exit(1)
    })
    io.err(`Listening at ${url}`)
    if (settings.adminToken === undefined)
      io.err(`Operators' token for this start (set HANDOFF_ADMIN_TOKEN to choose one): ${adminToken}`)
    // Not at the end, which may be a sudden one.
    flushCompileCache()

    await asked
    io.err('Finishing what is in hand.')
    const again = io.nextSignal().then(() => 1)
    return Promise.race([stop().then(() => 0), again])
  },
}
