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
  readonly attributes: readonly string[]
}

/** Where the text is not XHTML. */
const broken = Symbol('broken')

const isNameCode = (code: number): boolean =>
  (code >= 97 && code <= 122) ||
  (code >= 65 && code <= 90) ||
  (code >= 48 && code <= 57) ||
  code === 45 ||
  code === 58 ||
  code === 95 ||
  code === 46
const isSpace = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13

function skip(text: string, at: number, test: (code: number) => boolean): number {
  while (at < text.length && test(text.charCodeAt(at))) at++
  return at
}

/** Are all ampersands in the stretch the beginning of an entity or a character reference? */
function hasSoundReferences(text: string, from: number, to: number): boolean {
  for (let at = text.indexOf('&', from); at >= 0 && at < to; at = text.indexOf('&', at + 1)) {
    const end = skip(text, text.charCodeAt(at + 1) === 35 ? at + 2 : at + 1, isNameCode)
    if (text.charCodeAt(end) !== 59 || end < at + 2) return false
  }
  return true
}

/** The tag whose `<` is at `from`, and where it ends. */
function readTag(text: string, from: number): { readonly tag: Tag; readonly end: number } | typeof broken {
  const isClosing = text.charCodeAt(from + 1) === 47
  const start = isClosing ? from + 2 : from + 1
  let at = skip(text, start, isNameCode)
  const name = text.slice(start, at)
  const found: string[] = []
  if (name === '') return broken
  for (;;) {
    const next = skip(text, at, isSpace)
    const code = text.charCodeAt(next)
    if (code === 62) return { tag: { name, kind: isClosing ? 'close' : 'open', attributes: found }, end: next + 1 }
    if (code === 47 && !isClosing && text.charCodeAt(next + 1) === 62)
      return { tag: { name, kind: 'empty', attributes: found }, end: next + 2 }
    const nameEnd = skip(text, next, isNameCode)
    const equals = skip(text, nameEnd, isSpace)
    const quote = skip(text, equals + 1, isSpace)
    if (
      isClosing ||
      next === at ||
      nameEnd === next ||
      text.charCodeAt(equals) !== 61 ||
      !`"'`.includes(text.charAt(quote) || ' ')
    )
      return broken
    const close = text.indexOf(text.charAt(quote), quote + 1)
    const less = text.indexOf('<', quote + 1)
    if (close < 0 || (less >= 0 && less < close) || !hasSoundReferences(text, quote, close)) return broken
    found.push(text.slice(next, nameEnd))
    at = close + 1
  }
}

/** The tags in order, comments left out. */
function* tagsOf(text: string): Generator<Tag | typeof broken> {
  let at = 0
  while (at < text.length) {
    const next = text.indexOf('<', at)
    if (!hasSoundReferences(text, at, next < 0 ? text.length : next)) return yield broken
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
  if (!text.startsWith('<div') || !text.endsWith('>') || !text.includes('http://www.w3.org/1999/xhtml')) return false
  const open: string[] = []
  let tags = 0
  for (const tag of tagsOf(text)) {
    if (tag === broken) return false
    if (open.length === 0 && (tags > 0 || tag.name !== 'div' || !tag.attributes.includes('xmlns'))) return false
    tags++
    if (tag.kind === 'open') open.push(tag.name)
    if (tag.kind === 'close' && open.pop() !== tag.name) return false
  }
  return tags > 0 && open.length === 0
}

/** txt-1: no scripts, forms, frames, event handlers: nothing but the elements and attributes above. */
export function hasOnlyFormatting(text: string): boolean {
  for (const tag of tagsOf(text)) {
    if (tag === broken || !elements.has(tag.name) || !tag.attributes.every((name) => attributes.has(name))) return false
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
