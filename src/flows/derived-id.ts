/** Ids made from what they are about: replaying a message, or sending it anew, makes nothing twice. */
import { sha256 } from '../digest.ts'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A prefix, a hyphen, and 130 bits of a hash in Crockford's base 32: the form of the ids that we draw. */
export const derivedId = (prefix: string, ...about: readonly string[]): string => `${prefix}-${hashOf(about)}`

/** The same for a part of something: where that has an id of ours it begins with the same time, so that parts that come together are kept together. */
export function partId(prefix: string, of: string, ...about: readonly string[]): string {
  const time = /^[a-z]{3}-([0-9A-HJKMNP-TV-Z]{10})[0-9A-HJKMNP-TV-Z]{16}$/.exec(of)?.[1] ?? ''
  return `${prefix}-${time}${hashOf([of, ...about]).slice(time.length)}`
}

function hashOf(about: readonly string[]): string {
  const hash = sha256(JSON.stringify(about))
  let text = ''
  let bits = 0
  let held = 0
  for (let i = 0; text.length < 26; ) {
    if (held < 5) {
      bits = ((bits << 8) | hash[i++]!) & 0x1fff
      held += 8
    }
    held -= 5
    text += alphabet[(bits >> held) & 31]
  }
  return text
}
