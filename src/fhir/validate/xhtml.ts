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

interface Tag {
  readonly name: string
  readonly kind: 'open' | 'close' | 'empty'
  /** Values as written. */
  readonly attributes: ReadonlyMap<string, string>
}

/** Where the text is not XHTML. */
const broken = Symbol('broken')

const isSpace = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13
const isBetween = (code: number, first: string, last: string): boolean =>
  code >= first.charCodeAt(0) && code <= last.charCodeAt(0)
const isNameCode = (code: number): boolean =>
  isBetween(code, 'a', 'z') || isBetween(code, 'A', 'Z') || isBetween(code, '-', '.') || isBetween(code, '0', ':') || code === 95

function skip(text: string, at: number, test: (code: number) => boolean): number {
  let end = at
  while (end < text.length && test(text.charCodeAt(end))) end++
  return end
}

/** No tag begins in it, and each ampersand begins an entity or a character reference. */
function isCharacterData(text: string): boolean {
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) {
    const start = text.charAt(at + 1) === '#' ? at + 2 : at + 1
    const end = skip(text, start, isNameCode)
    if (end === start || text.charAt(end) !== ';') return false
  }
  return !text.includes('<')
}

/** The tag whose `<` is at `from`, and where it ends. */
function readTag(text: string, from: number): { readonly tag: Tag; readonly end: number } | typeof broken {
  const isClosing = text.charAt(from + 1) === '/'
  const start = isClosing ? from + 2 : from + 1
  let at = skip(text, start, isNameCode)
  const name = text.slice(start, at)
  const attributes = new Map<string, string>()
  for (;;) {
    const next = skip(text, at, isSpace)
    const isEmpty = text.startsWith('/>', next)
    if (name === '' || (isClosing && (isEmpty || text.charAt(next) !== '>'))) return broken
    if (isEmpty) return { tag: { name, kind: 'empty', attributes }, end: next + 2 }
    if (text.charAt(next) === '>') return { tag: { name, kind: isClosing ? 'close' : 'open', attributes }, end: next + 1 }
    const attribute = text.slice(next, skip(text, next, isNameCode))
    const equals = skip(text, next + attribute.length, isSpace)
    const open = skip(text, equals + 1, isSpace)
    const quote = text.charAt(open)
    const close = quote === '"' || quote === "'" ? text.indexOf(quote, open + 1) : -1
    const isNew = next > at && attribute !== '' && !attributes.has(attribute)
    if (!isNew || text.charAt(equals) !== '=' || close < 0) return broken
    attributes.set(attribute, text.slice(open + 1, close))
    if (!isCharacterData(attributes.get(attribute)!)) return broken
    at = close + 1
  }
}

/** The tags in order, comments left out. */
function* tagsOf(text: string): Generator<Tag | typeof broken> {
  let at = 0
  while (at < text.length) {
    const next = text.indexOf('<', at)
    if (!isCharacterData(text.slice(at, next < 0 ? text.length : next))) return yield broken
    if (next < 0) return
    if (text.startsWith('<!--', next)) {
      const end = text.indexOf('-->', next + 4)
      if (end < 0) return yield broken
      at = end + 3
    } else {
      const read = readTag(text, next)
      if (read === broken) return yield broken
      yield read.tag
      at = read.end
    }
  }
}

/** Well-formed, and one `div` in the XHTML namespace. No declarations, no processing instructions, no CDATA. */
export function isXhtml(text: string): boolean {
  const open: string[] = []
  let tags = 0
  if (!text.startsWith('<') || !text.endsWith('>')) return false
  for (const tag of tagsOf(text)) {
    if (tag === broken) return false
    if (tags === 0 && (tag.name !== 'div' || tag.attributes.get('xmlns') !== 'http://www.w3.org/1999/xhtml')) return false
    if (tags > 0 && open.length === 0) return false
    tags++
    if (tag.kind === 'open') open.push(tag.name)
    if (tag.kind === 'close' && open.pop() !== tag.name) return false
  }
  return tags > 0 && open.length === 0
}

/** txt-1: no scripts, forms, frames, event handlers: nothing but the elements and attributes above. */
export function hasOnlyFormatting(text: string): boolean {
  for (const tag of tagsOf(text)) {
    if (tag === broken || !elements.has(tag.name) || ![...tag.attributes.keys()].every((name) => attributes.has(name)))
      return false
  }
  return true
}

/** txt-2: some text that is no white space, or an image. */
export function hasContent(text: string): boolean {
  if (text.includes('<img')) return true
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) === 60) at = text.startsWith('<!--', at) ? text.indexOf('-->', at) + 2 : text.indexOf('>', at)
    else if (!isSpace(text.charCodeAt(at))) return true
  }
  return false
}
