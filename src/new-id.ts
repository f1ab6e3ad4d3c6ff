/**
 * Ids that sort by the time they were made and cannot be guessed: a prefix of the kind, a hyphen, and 26 characters of Crockford
 * base 32 (48 bits of time, then 80 random bits), as a ULID has them. https://github.com/ulid/spec
 */

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const timeDigits = 10
const randomDigits = 16

/**
 * Makes a source of ids. Two ids of one source are never equal and sort in the order they were made, even within a millisecond (the
 * random part counts up) and when the clock steps back (the last time stands).
 *
 * @param clock milliseconds since the epoch
 * @param random the given number of bytes from a cryptographic source
 */
export function createNewId(clock: () => number, random: (bytes: number) => Uint8Array): (prefix: string) => string {
  let time = -1
  let timeText = ''
  let digits = new Uint8Array(randomDigits)

  const turnTo = (next: number) => {
    time = next
    timeText = base32Time(next)
    digits = base32Digits(random(10))
  }

  return (prefix) => {
    const now = clock()
    if (now > time) turnTo(now)
    else if (!countUp(digits)) turnTo(time + 1)
    let text = `${prefix}-${timeText}`
    for (const digit of digits) text += alphabet[digit]
    return text
  }
}

/** Bytes of the same source, fetched many at a time, because each fetch is a call into the system. None is handed out twice. */
export function pooled(random: (bytes: number) => Uint8Array): (bytes: number) => Uint8Array {
  const size = 4096
  let pool = new Uint8Array()
  let used = 0
  return (count) => {
    if (count > size) return random(count)
    if (used + count > pool.length) {
      pool = new Uint8Array(random(size))
      used = 0
    }
    used += count
    return pool.slice(used - count, used)
  }
}

function base32Time(time: number): string {
  let text = ''
  let rest = time
  for (let place = 0; place < timeDigits; place++) {
    text = alphabet[rest % 32] + text
    rest = Math.floor(rest / 32)
  }
  return text
}

/** Ten bytes as sixteen digits of five bits. */
function base32Digits(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const digits = new Uint8Array(randomDigits)
  let held = 0
  let bits = 0
  let place = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      digits[place++] = (held >> bits) & 31
    }
    held &= (1 << bits) - 1
  }
  return digits
}

/** Adds one; false if there is no greater number. */
function countUp(digits: Uint8Array): boolean {
  for (let place = digits.length - 1; place >= 0; place--) {
    if (digits[place]! < 31) {
      digits[place]!++
      digits.fill(0, place + 1)
      return true
    }
  }
  return false
}
