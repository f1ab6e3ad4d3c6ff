/**
 * Narrative: a well-formed XHTML div of formatting only. One pass over the tags, linear in the length.
 * https://hl7.org/fhir/R4/narrative.html#xhtml
 */

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/** Chapters 7 to 11 (without 9.4) and 15 of HTML 4.0, anchors, images, tables. */
const elements = words(
  'div p br h1 h2 h3 h4 h5 h6 a span b em i strong small big tt dfn q var abbr acronym cite blockquote hr address bdo kbd sub sup ul ol li dl dt dd ' +
    'pre table caption colgroup col thead tr tfoot tbody th td code samp img map area ins del u s strike font center',
)

const attributes = words(
  'title style class id lang xml:lang dir accesskey tabindex xmlns href name rel rev target src alt height width border longdesc ismap usemap hspace vspace ' +
    'align valign char charoff cellspacing cellpadding rules frame summary span colspan rowspan headers scope axis abbr nowrap bgcolor color face size ' +
    'shape coords nohref cite datetime type start value compact clear noshade hreflang',
)

/** Told of each tag; false ends the reading. Attributes as written. */
type Take = (name: string, kind: 'open' | 'close' | 'empty', attributes: ReadonlyMap<string, string>) => boolean

/** Most tags have none. */
const noAttributes: ReadonlyMap<string, string> = new Map()

const [slash, greater] = [0x2f, 0x3e]
const isSpace = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13
/** Whether names have the character in them, by its code. */
const nameCodes = Uint8Array.from({ length: 128 }, (_, code) => Number(/[\w:.-]/.test(String.fromCharCode(code))))

function afterSpace(text: string, from: number): number {
  let at = from
  while (isSpace(text.charCodeAt(at))) at++
  return at
}

function afterName(text: string, from: number): number {
  let at = from
  while (nameCodes[text.charCodeAt(at)] === 1) at++
  return at
}

/** No tag begins in it, and each ampersand begins an entity or a character reference. */
function isCharacterData(text: string): boolean {
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) {
    const start = text.charAt(at + 1) === '#' ? at + 2 : at + 1
    const end = afterName(text, start)
    if (end === start || text.charAt(end) !== ';') return false
  }
  return !text.includes('<')
}

/** Where the tag whose `<` is at `from` ends; 0 where it is none, or is not taken. */
function readTag(text: string, from: number, take: Take): number {
  const isClosing = text.charCodeAt(from + 1) === slash
  const start = isClosing ? from + 2 : from + 1
  let at = afterName(text, start)
  if (at === start) return 0
  const name = text.slice(start, at)
  let attributes = noAttributes as Map<string, string>
  for (;;) {
    const next = afterSpace(text, at)
    if (text.charCodeAt(next) === greater) return take(name, isClosing ? 'close' : 'open', attributes) ? next + 1 : 0
    if (isClosing) return 0
    if (text.startsWith('/>', next)) return take(name, 'empty', attributes) ? next + 2 : 0
    const attribute = text.slice(next, afterName(text, next))
    const equals = afterSpace(text, next + attribute.length)
    const open = afterSpace(text, equals + 1)
    const quote = text.charAt(open)
    const close = quote === '"' || quote === "'" ? text.indexOf(quote, open + 1) : -1
    const isNew = next > at && attribute !== '' && !attributes.has(attribute)
    if (!isNew || text.charAt(equals) !== '=' || close < 0) return 0
    const value = text.slice(open + 1, close)
    if (!isCharacterData(value)) return 0
    if (attributes === noAttributes) attributes = new Map()
    attributes.set(attribute, value)
    at = close + 1
  }
}

/** Tells of the tags in order, comments left out. False where the text is not XHTML, or one is not taken. */
function everyTag(text: string, take: Take): boolean {
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('<', at)
    if (!isCharacterData(text.slice(at, next < 0 ? text.length : next))) return false
    if (next < 0) return true
    const isComment = text.startsWith('<!--', next)
    const end = isComment ? text.indexOf('-->', next + 4) : readTag(text, next, take)
    if (end <= next) return false
    at = isComment ? end + 3 : end
  }
  return true
}

/** Nothing but the elements and attributes above. */
function formats(name: string, given: ReadonlyMap<string, string>): boolean {
  if (!elements.has(name)) return false
  for (const attribute of given.keys()) if (!attributes.has(attribute)) return false
  return true
}

/** What was last found to be XHTML: its rule is asked for next, and would read all of it once more. */
let last = { text: '', isFormatting: true }

/** Well-formed, and one `div` in the XHTML namespace. No declarations, no processing instructions, no CDATA. */
export function isXhtml(text: string): boolean {
  if (!text.startsWith('<') || !text.endsWith('>')) return false
  const open: string[] = []
  let isFirst = true
  let isFormatting = true
  const isSound = everyTag(text, (name, kind, attributes) => {
    if (isFirst ? name !== 'div' || attributes.get('xmlns') !== 'http://www.w3.org/1999/xhtml' : open.length === 0) return false
    isFirst = false
    isFormatting &&= formats(name, attributes)
    if (kind === 'open') open.push(name)
    return kind !== 'close' || open.pop() === name
  })
  if (!isSound || isFirst || open.length > 0) return false
  last = { text, isFormatting }
  return true
}

/** txt-1: no scripts, forms, frames, event handlers. */
export const hasOnlyFormatting = (text: string): boolean =>
  text === last.text ? last.isFormatting : everyTag(text, (name, _, given) => formats(name, given))

/** txt-2: some text that is no white space, or an image. */
export function hasContent(text: string): boolean {
  if (text.includes('<img')) return true
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) === 60) at = text.startsWith('<!--', at) ? text.indexOf('-->', at) + 2 : text.indexOf('>', at)
    else if (!isSpace(text.charCodeAt(at))) return true
  }
  return false
}
