/**
 * The contract of a mailer: how one mail leaves. Flows know this and no socket; a runtime without sockets has none, and connections of kind
 * `mail` are then refused. https://www.rfc-editor.org/rfc/rfc5321
 */
import type { Result } from '../domain/problem.ts'
import type { Connection, Outcome } from './connector.ts'

/** Both leave by SMTP: e-mail to anybody's server, and Direct to the HISP that signs and encrypts for its network. */
export const leavesByMail = ({ kind }: Pick<Connection, 'kind'>): boolean => kind === 'mail' || kind === 'direct'

/** A file that goes along. */
export interface Enclosure {
  readonly filename: string
  /** MIME type. */
  readonly contentType: string
  readonly base64: string
}

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
  readonly enclosures?: readonly Enclosure[]
  /** Whether notifications are asked for of the mail's arrival at the recipient's own system, beside those that Direct sends anyway. */
  readonly tracked?: boolean
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
