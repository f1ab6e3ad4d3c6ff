/**
 * What a notification says of a message, and of which: a message disposition notification (https://www.rfc-editor.org/rfc/rfc8098), as Direct
 * uses it, or a delivery status notification (https://www.rfc-editor.org/rfc/rfc3464), which tells of failures.
 */
import { fail, ok, type Result } from '../domain/problem.ts'
import { headersOf, leavesOf, type Part, partOf } from './parts.ts'

export interface Notice {
  /** The recipient's HISP has it; their own system has it; it did not arrive; none of these. */
  readonly told: 'processed' | 'dispatched' | 'failed' | 'nothing'
  /** Names in the Message-IDs that it may be about, the likeliest first: what stands before the `@`. */
  readonly about: readonly string[]
}

const disposition = 'message/disposition-notification'
const status = 'message/delivery-status'

/** A mail as it came (`message/rfc822`), or a part of one with its content type. Problem: `unreadable`, where it is no notification. */
export function noticeIn(contentType: string, body: string): Result<Notice> {
  const isMail = contentType.toLowerCase().startsWith('message/rfc822')
  const mail = partOf(isMail ? body : `Content-Type: ${contentType}\n\n${body}`)
  const leaves = leavesOf(mail)
  const report = leaves.find(({ type }) => type === disposition || type === status)
  if (!report) return fail('unreadable', 'This is no notification of what became of a message.')
  const blocks = blocksOf(report)
  const told = report.type === disposition ? disposed(blocks[0]) : actedOn(blocks)
  // What is returned of the message, and the headers of a mail that is wrapped in another.
  const inner = leaves.flatMap((one) => (one.type === 'text/rfc822-headers' ? [headersOf(one.body).headers] : []))
  const names = [
    ...blocks.flatMap((fields) => named(fields, 'original-message-id', 'x-original-message-id', 'original-envelope-id')),
    ...[mail.headers, ...inner].flatMap((headers) => named(headers, 'in-reply-to', 'references', 'message-id')),
  ]
  return ok({ told, about: [...new Set(names)].slice(0, mostNames) })
}

const mostNames = 20

const named = (fields: ReadonlyMap<string, string>, ...fieldNames: readonly string[]): readonly string[] =>
  fieldNames.flatMap((one) => (fields.get(one) ?? '').split(/[\s<>]+/).flatMap((id) => id.split('@', 1)[0] || []))

/** Fields of the message, then those of each recipient. */
function blocksOf({ body }: Part): readonly ReadonlyMap<string, string>[] {
  const blocks: ReadonlyMap<string, string>[] = []
  for (let text = body; text !== '' && blocks.length < mostNames; ) {
    const { headers, rest } = headersOf(text)
    if (headers.size > 0) blocks.push(headers)
    text = rest
  }
  return blocks
}

/** `automatic-action/MDN-sent-automatically; dispatched`, perhaps with modifiers: `processed/error`. */
function disposed(fields: ReadonlyMap<string, string> | undefined): Notice['told'] {
  const [kind = '', ...modifiers] = (fields?.get('disposition') ?? '').split(';').slice(1).join(';').toLowerCase().split(/[/,]/)
  if (modifiers.some((one) => one.trim() === 'error' || one.trim() === 'failure')) return 'failed'
  const word = kind.trim()
  // Shown to somebody: then it is in their system.
  if (word === 'displayed') return 'dispatched'
  return word === 'processed' || word === 'dispatched' || word === 'failed' ? word : 'nothing'
}

const actedOn = (blocks: readonly ReadonlyMap<string, string>[]): Notice['told'] =>
  blocks.some((one) => one.get('action')?.trim().toLowerCase() === 'failed') ? 'failed' : 'nothing'
