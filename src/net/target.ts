/** Where a URL leads, and the targets outside of the public internet that an operator has allowed (`HANDOFF_ALLOW_TARGETS`). */
import { isAddress, isPublic } from './address.ts'

/** A host name or address in lower case (IPv6 without brackets), and a port; undefined: any port. */
export interface Target {
  readonly host: string
  readonly port?: number
}

/** Reads `host:port`, `host:*`, `[::1]:8080`; undefined if it is none. */
export function parseTarget(text: string): Target | undefined {
  const colon = text.lastIndexOf(':')
  const port = text.slice(colon + 1)
  const host = text.slice(0, colon)
  if (colon < 1 || !/^(\*|\d{1,5})$/.test(port) || Number(port) > 65535) return undefined
  const parsed = URL.parse(`http://${host}/`)
  if (!parsed || parsed.host !== parsed.hostname || parsed.pathname !== '/' || parsed.username || parsed.search || parsed.hash)
    return undefined
  return { host: bare(parsed.hostname), ...(port !== '*' && { port: Number(port) }) }
}

/** Why a URL may not be called before anything is looked up, or undefined. Codes, for logs and dead letters. */
export function refusal(url: URL, allowed: readonly Target[]): 'scheme' | 'credentials-in-url' | 'address' | undefined {
  if (url.username || url.password) return 'credentials-in-url'
  if (isAllowed(bare(url.hostname), portOf(url), allowed))
    return url.protocol === 'https:' || url.protocol === 'http:' ? undefined : 'scheme'
  if (url.protocol !== 'https:') return 'scheme'
  const host = bare(url.hostname)
  const open = isAddress(host) ? isPublic(host) : !isLocalName(host)
  return open ? undefined : 'address'
}

/** Whether a connection to this resolved address may be opened for that URL. */
export function mayConnect(address: string, url: URL, allowed: readonly Target[]): boolean {
  const port = portOf(url)
  return isPublic(address) || isAllowed(bare(url.hostname), port, allowed) || isAllowed(address.toLowerCase(), port, allowed)
}

/**
 * Whether a URL is the base or below it: same scheme, host and port, and whole path segments. A prefix of the text would let
 * `https://ehr.example.evil` pass for `https://ehr.example`.
 */
export function isWithin(url: URL, base: URL): boolean {
  // A hidden slash may be one to the server behind.
  if (/%2f|%5c/i.test(url.pathname)) return false
  const folder = base.pathname.endsWith('/') ? base.pathname : `${base.pathname}/`
  return url.origin === base.origin && (url.pathname === base.pathname || url.pathname.startsWith(folder))
}

const portOf = (url: URL): number => (url.port ? Number(url.port) : url.protocol === 'http:' ? 80 : 443)

const isAllowed = (host: string, port: number, allowed: readonly Target[]): boolean =>
  allowed.some((target) => target.host === host && (target.port === undefined || target.port === port))

/** A mail server, and the URL that its host and port are judged by. */
export interface MailServer {
  readonly host: string
  readonly port: number
  readonly tls: 'from-the-start' | 'starttls'
  readonly judged: URL
}

/** Reads `smtps://host` (TLS from the start, port 465) or `smtp://host` (STARTTLS, port 587); undefined if it is neither. */
export function mailServer(text: string): MailServer | undefined {
  const found = /^(smtps?):\/\/([^/?#@\s]+)$/.exec(text)
  const judged = found && URL.parse(`https://${found[2]}`)
  if (!judged) return undefined
  const secure = found[1] === 'smtps'
  const port = /:443$/.test(text) ? 443 : judged.port ? Number(judged.port) : secure ? 465 : 587
  judged.port = String(port)
  return { host: bare(judged.hostname), port, tls: secure ? 'from-the-start' : 'starttls', judged }
}

/** Brackets of an IPv6 address and the dot of the root are not part of a name. */
function bare(hostname: string): string {
  const name = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  return name.endsWith('.') ? name.slice(0, -1) : name
}

/** Names that never lead outside, for runtimes where the address behind a name cannot be seen. */
function isLocalName(host: string): boolean {
  return !host.includes('.') || /\.(localhost|local|internal|lan|home|corp|intranet)$/.test(host)
}
