/**
 * A mail as parts: headers and body, as far as a notification needs it. Lines end as they come; what is no MIME is a part without headers.
 * https://www.rfc-editor.org/rfc/rfc2045, https://www.rfc-editor.org/rfc/rfc2046#section-5.1
 */
export interface Part {
  /** `type/subtype`, in lower case; plain text where nothing is said. */
  readonly type: string
  /** By name in lower case; of several of one name the first. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** More parts, or deeper ones, than a notification has are not looked at. */
const most = { parts: 50, depth: 6 }

export function partOf(text: string): Part {
  const { headers, rest } = headersOf(text)
  return { type: typeOf(headers.get('content-type')), headers, body: decoded(rest, headers.get('content-transfer-encoding')) }
}

/** All parts that are no containers, in order; of a mail within a mail its own headers come first, as `text/rfc822-headers`. */
export function leavesOf(part: Part, depth = 0): readonly Part[] {
  if (depth > most.depth) return []
  const within = (parts: readonly Part[]) => parts.flatMap((one) => leavesOf(one, depth + 1))
  if (part.type.startsWith('multipart/')) return within(sections(part)).slice(0, most.parts)
  if (part.type !== 'message/rfc822') return [part]
  return [{ ...part, type: 'text/rfc822-headers' }, ...within([partOf(part.body)])]
}

/** Fields of a block, unfolded, and what comes after its empty line. https://www.rfc-editor.org/rfc/rfc5322#section-2.2 */
export function headersOf(text: string): { readonly headers: ReadonlyMap<string, string>; readonly rest: string } {
  const headers = new Map<string, string>()
  let at = 0
  let last = ''
  while (at < text.length) {
    const end = text.indexOf('\n', at)
    const line = text.slice(at, end < 0 ? text.length : end).replace(/\r$/, '')
    at = end < 0 ? text.length : end + 1
    if (line === '') break
    if (/^[ \t]/.test(line)) {
      if (last !== '') headers.set(last, `${headers.get(last)} ${line.trim()}`)
      continue
    }
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase()
    last = name === '' || headers.has(name) ? '' : name
    if (last !== '') headers.set(name, line.slice(colon + 1).trim())
  }
  return { headers, rest: text.slice(at) }
}

const typeOf = (header = 'text/plain'): string => header.split(';', 1)[0]!.trim().toLowerCase()

/** The parameter of a header; quotes are taken off. */
function parameter(header: string, name: string): string | undefined {
  for (const one of header.split(';').slice(1)) {
    const [key = '', ...value] = one.split('=')
    if (key.trim().toLowerCase() === name) return value.join('=').trim().replace(/^"/, '').replace(/"$/, '')
  }
  return undefined
}

function sections({ headers, body }: Part): readonly Part[] {
  const boundary = parameter(headers.get('content-type') ?? '', 'boundary')
  if (boundary === undefined || boundary === '') return []
  const found: string[][] = []
  for (const line of body.split('\n')) {
    const bare = line.trimEnd()
    if (bare === `--${boundary}--` || found.length > most.parts) break
    if (bare === `--${boundary}`) found.push([])
    else found.at(-1)?.push(line)
  }
  return found.map((lines) => partOf(lines.join('\n')))
}

/** https://www.rfc-editor.org/rfc/rfc2045#section-6; what is not so encoded stays as it is. */
function decoded(body: string, encoding = ''): string {
  const how = encoding.trim().toLowerCase()
  if (how === 'quoted-printable')
    return body
      .replace(/=\r?\n/g, '')
      .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  if (how !== 'base64') return body
  try {
    return atob(body.replace(/\s/g, ''))
  } catch {
    return ''
  }
}
