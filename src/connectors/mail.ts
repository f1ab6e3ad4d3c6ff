/**
 * The contract of a mailer: how one mail leaves. Flows know this and no socket; a runtime without sockets has none, and connections of kind
 * `mail` are then refused. https://www.rfc-editor.org/rfc/rfc5321
 */
import type { Result } from '../domain/problem.ts'
import type { Connection, Outcome } from './connector.ts'

export interface Mail {
  /** Addresses alone: a name could tell something. */
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  /** With its angle brackets; the same at every attempt, so that a copy can be told for one. https://www.rfc-editor.org/rfc/rfc5322#section-3.6.4 */
  readonly messageId: string
  /** Milliseconds since the epoch. */
  readonly date: number
}

export interface Mailer {
  /**
   * Hands the mail to the connection's server. `unanswered`: all of it had left when the connection broke, so that it may be on its way;
   * SMTP has no way to ask.
   */
  send(connection: Connection, mail: Mail): Promise<Outcome<void>>
  /** Greets the server and signs in, without sending anything. */
  test(connection: Connection): Promise<Result<object>>
}
