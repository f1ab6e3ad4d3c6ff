/** What a notification says of which message, in the forms that HISPs send it, and in none that is broken. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noticeIn } from '../../src/mime/notice.ts'
import { notification } from '../support/direct-story.ts'

const id = '<mail-1@direct.harbor.example>'
const read = (body: string, type = 'message/rfc822') => {
  const notice = noticeIn(type, body)
  return notice.ok ? [notice.value.told, notice.value.about[0]] : notice.problem.code
}
const fields = (disposition: string, more = '') =>
  `Final-Recipient: rfc822; a@b.example\nOriginal-Message-ID: ${id}\nDisposition: ${disposition}\n${more}`

describe('a disposition', () => {
  it.each([
    ['automatic-action/MDN-sent-automatically; processed', 'processed'],
    ['automatic-action/MDN-sent-automatically;dispatched', 'dispatched'],
    ['manual-action/MDN-sent-manually; displayed', 'dispatched'],
    ['automatic-action/MDN-sent-automatically; FAILED', 'failed'],
    ['automatic-action/MDN-sent-automatically; processed/error', 'failed'],
    ['automatic-action/MDN-sent-automatically; processed/warning, failure', 'failed'],
    ['automatic-action/MDN-sent-automatically; processed/warning', 'processed'],
    ['manual-action/MDN-sent-manually; deleted', 'nothing'],
    ['dispatched', 'nothing'],
    ['', 'nothing'],
  ])('%s tells %s', (disposition, told) => {
    expect(read(fields(disposition), 'message/disposition-notification')).toEqual([told, 'mail-1'])
  })
})

describe('it is found', () => {
  const mail = notification(id, 'dispatched')

  it.each([
    ['in a mail', mail, 'message/rfc822'],
    ['in a mail whose lines end otherwise', mail.replaceAll('\r\n', '\n'), 'Message/RFC822'],
    ['in a mail wrapped in another', `Content-Type: message/rfc822\r\n\r\n${mail}`, 'message/rfc822'],
    ['in its parts', mail.slice(mail.indexOf('--=_half')), 'multipart/report; boundary="=_half"'],
    ['alone', fields('a/b; dispatched'), 'message/disposition-notification'],
    [
      'encoded',
      `Content-Type: message/disposition-notification\nContent-Transfer-Encoding: base64\n\n${btoa(fields('a/b; dispatched'))}`,
      'message/rfc822',
    ],
    ['folded', fields('a/b;\n dispatched'), 'message/disposition-notification'],
  ])('%s', (_, body, type) => expect(read(body, type)).toEqual(['dispatched', 'mail-1']))

  it('by what the mail answers, where it names no message itself', () => {
    const bare = mail.replace(/Original-Message-ID.*\r\n/, '').replace('MIME-Version', `In-Reply-To: ${id}\r\nMIME-Version`)
    expect(read(bare)).toEqual(['dispatched', 'mail-1'])
  })
})

describe('a delivery status', () => {
  it.each([
    ['failed', 'failed'],
    ['delayed', 'nothing'],
    ['delivered', 'nothing'],
  ])('%s tells %s', (action, told) => {
    const status = `Reporting-MTA: dns; hisp\nOriginal-Envelope-Id: mail-1\n\nFinal-Recipient: rfc822; a@b.example\nAction: ${action}\n`
    expect(read(status, 'message/delivery-status')).toEqual([told, 'mail-1'])
  })
})

it('what is no notification is unreadable, whatever it is', () => {
  const pieces = fc.constantFrom(...notification(id, 'processed').split(/(?<=\r\n)|(?<=:)/), '--=_half\r\n', '\r\n', '=', '%')
  const type = fc.constantFrom('message/rfc822', 'multipart/report; boundary=x', 'message/delivery-status', 'multipart/report')
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces).map((all) => all.join('')),
      ),
      type,
      (body, type) => {
        const notice = noticeIn(type, body)
        expect(notice.ok || notice.problem.code === 'unreadable').toBe(true)
      },
    ),
  )
})

it('parts within parts end somewhere', () => {
  const deep = Array.from({ length: 40 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`).join('')
  expect(read(`${deep}Content-Type: message/disposition-notification\n\n${fields('a/b; failed')}`)).toBe('unreadable')
})
