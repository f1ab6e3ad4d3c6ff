/**
 * The log: an event's name with ids, codes and counts, never content. The compiler accepts only the fields below, and what passes it
 * by accident (a name inside an id) is withheld at run time.
 *
 * To add an event: one line in `events`. To add a field: one line in `Fields`, if it is an id, a code or a number.
 */
import pino from 'pino'

type Level = 'debug' | 'info' | 'warn' | 'error'

/** Every event there is, with its level. */
export const events = {
  /** Another process has the store open: this one waits until it can take over. */
  'gateway-standby': 'info',
  'gateway-started': 'info',
  'gateway-stopping': 'info',
  'gateway-stopped': 'info',
  /** The database is gone, and with it the right to write: the process ends, to be started again. */
  'store-lost': 'error',
  /** HANDOFF_AUTH=none: everyone who reaches the port may do everything. */
  'authentication-off': 'warn',
  'request-answered': 'debug',
  'request-refused': 'info',
  /** A bug or a broken machine; `incident` is what the caller was told. */
  'request-failed': 'error',
  'client-registered': 'info',
  'client-changed': 'info',
  'client-removed': 'warn',
  'token-issued': 'info',
  'token-refused': 'warn',
  'token-revoked': 'info',
  /** `resource` is the Practitioner. */
  'signed-in': 'info',
  'signed-out': 'info',
  'sign-in-refused': 'warn',
  'message-received': 'info',
  'message-held': 'warn',
  'message-repeated': 'info',
  'message-refused': 'warn',
  'delivery-sent': 'info',
  'delivery-waits': 'warn',
  'delivery-dead': 'error',
  'connection-changed': 'info',
  'connection-paused': 'warn',
  'connection-resumed': 'info',
  'pull-finished': 'info',
  'pull-failed': 'warn',
  'reconcile-finished': 'info',
  /** Nobody caught it: the process ends, to be started again. */
  'process-failed': 'error',
  /** Work outside of a request broke; it is tried again. */
  'background-failed': 'error',
  'listener-opened': 'info',
  'listener-refused': 'warn',
} as const satisfies Record<string, Level>

type EventName = keyof typeof events

/** What a line may carry: ids, codes and numbers. There is no field for a sentence, on purpose. */
export interface Fields {
  readonly request?: string
  readonly incident?: string
  readonly tenant?: string
  readonly client?: string
  readonly connection?: string
  readonly delivery?: string
  readonly message?: string
  /** `Type/id`, of our own ids. */
  readonly resource?: string
  readonly resourceType?: string
  readonly method?: string
  readonly status?: number
  /** A stable code: of a problem, of an HL7 table, of a check that failed. */
  readonly code?: string
  /** Class name of an error; its text stays out of the log. */
  readonly error?: string
  /** Places in the code where an error passed, innermost first: `flows/refer.ts:42:7`. */
  readonly at?: readonly string[]
  readonly count?: number
  readonly host?: string
  readonly port?: number
}

/** Writes one line, or nothing if the event's level is below the one asked for. Never throws. */
export type Log = (event: EventName, fields?: Fields) => void

interface LogOptions {
  readonly level: Level | 'silent'
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  /** Takes a line of JSON, its line end included. */
  readonly write: (line: string) => void
}

/** A log of JSON lines: `{"level":30,"time":…,"event":"token-issued","client":"…"}`. Levels are pino's numbers. */
export function createLog({ level, clock, write }: LogOptions): Log {
  const logger = pino(
    // pino's edge build writes objects and knows no destination.
    { level, base: null, timestamp: false, browser: { write: (line: object) => write(`${JSON.stringify(line)}\n`) } },
    { write },
  )
  return (event, fields = {}) => {
    const at = events[event]
    if (logger.isLevelEnabled(at)) logger[at]({ time: clock(), event, ...clean(fields) })
  }
}

/** Class and places of a caught value, without its text: an error's text may quote what was being worked on. */
export function trace(caught: unknown): Pick<Fields, 'error' | 'at'> {
  if (!(caught instanceof Error)) return { error: typeof caught }
  const stack = caught.stack ?? ''
  // The stack opens with the text, which may itself look like a place.
  const frames = stack.slice(stack.indexOf(caught.message) + caught.message.length).split('\n')
  const at = frames.filter((line) => line.startsWith('    at ')).map(place)
  return { error: caught.name, at: at.filter((found) => found !== '').slice(0, 8) }
}

function place(line: string): string {
  const end = line.endsWith(')') ? line.length - 1 : line.length
  const path = line.slice(0, end).split('/').slice(-2).join('/')
  return plain.test(path) ? path : ''
}

const plain = /^[A-Za-z0-9._:/@+-]{1,128}$/

function clean(fields: Fields): Record<string, unknown> {
  const cleaned: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) cleaned[name] = withhold(value)
  return cleaned
}

function withhold(value: unknown): unknown {
  if (typeof value === 'number') return value
  if (Array.isArray(value)) return value.map(withhold)
  return typeof value === 'string' && plain.test(value) ? value : '[withheld]'
}
