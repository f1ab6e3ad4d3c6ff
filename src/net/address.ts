/**
 * Which addresses a request may leave for: public ones. Everything that the IANA registries call private, local, shared, reserved or a
 * way around (an IPv4 address inside an IPv6 one) is refused, unless the operator allowed it by name.
 *
 * https://www.iana.org/assignments/iana-ipv4-special-registry https://www.iana.org/assignments/iana-ipv6-special-registry
 */

/** Ranges of IPv4 that are not public, as network and prefix length. */
const closed4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  // Multicast, reserved, broadcast.
  ['224.0.0.0', 3],
]

/** Inside 2000::/3, the only public part of IPv6, these are not: Teredo and other protocol assignments, documentation, 6to4. */
const closed6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

/** Whether an address, as text, is a public one. Whatever is no address is not. */
export function isPublic(address: string): boolean {
  const four = parse4(address)
  if (four) return !closed4.some(([network, length]) => inRange(four, parse4(network)!, length))
  const six = parse6(address)
  if (!six || !inRange(six, parse6('2000::')!, 3)) return false
  return !closed6.some(([network, length]) => inRange(six, parse6(network)!, length))
}

/** Whether the text is an address rather than a name; IPv6 without brackets. */
export const isAddress = (text: string): boolean => parse4(text) !== undefined || parse6(text) !== undefined

/** Bits, most significant first, in units of eight. */
type Bytes = readonly number[]

function inRange(address: Bytes, network: Bytes, length: number): boolean {
  for (let bit = 0; bit < length; bit += 8) {
    const mask = length - bit >= 8 ? 0xff : (0xff << (8 - (length - bit))) & 0xff
    if ((address[bit / 8]! & mask) !== (network[bit / 8]! & mask)) return false
  }
  return true
}

/** Dotted decimal of four; other spellings (`0x7f.1`) have been made that by the URL parser, or are refused. */
function parse4(text: string): Bytes | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return undefined
  return parts.map(Number)
}

/** https://datatracker.ietf.org/doc/html/rfc4291#section-2.2 A zone (`%eth0`) makes it local: refused. */
function parse6(text: string): Bytes | undefined {
  const halves = text.split('::')
  if (halves.length > 2 || !text.includes(':')) return undefined
  const [head, tail] = halves.map(groups)
  if (!head || (halves.length === 2 && !tail)) return undefined
  if (!tail) return head.length === 16 ? head : undefined
  const gap = 16 - head.length - tail.length
  return gap >= 2 ? [...head, ...new Array<number>(gap).fill(0), ...tail] : undefined
}

function groups(text: string): Bytes | undefined {
  if (text === '') return []
  const bytes: number[] = []
  const parts = text.split(':')
  for (const [at, part] of parts.entries()) {
    const four = at === parts.length - 1 ? parse4(part) : undefined
    if (four) bytes.push(...four)
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) bytes.push(Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 0xff)
    else return undefined
  }
  return bytes
}
