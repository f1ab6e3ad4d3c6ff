/**
 * What a resource is found by. `extract.ts` calls the sink once per value; how the values are kept is the store's own business.
 *
 * https://hl7.org/fhir/R4/search.html#ptypes
 */

/** Open end of a period or range; finite, so that every database and JSON can hold it. */
export const farPast = -8.64e15
export const farFuture = 8.64e15
export const lowest = -Number.MAX_VALUE
export const highest = Number.MAX_VALUE

/**
 * Takes the index values of one resource. `param` is the search parameter's code (`identifier`, `value-quantity` …).
 * The same call may come twice (two codings alike): keep it once.
 */
export interface Sink {
  /** `system` undefined: none stated. `code` undefined: an identifier or coding without a value. */
  token(param: string, system: string | undefined, code: string | undefined): void
  /** `Patient/x` (relative, version removed), an absolute URL, a urn, or a canonical (then once with `|version`, which is a bare `|` where it names none, and once without). */
  reference(param: string, target: string): void
  /** `value` is normalised (`normalise`), `exact` is as written; empty where the value is the end of another one, which nothing is sorted by. */
  string(param: string, value: string, exact: string): void
  /** Milliseconds since 1970 UTC, both ends included; `farPast`, `farFuture` for open ends. */
  date(param: string, lo: number, hi: number): void
  /** Both ends included (equal for a plain number); `lowest`, `highest` for open ends. */
  number(param: string, lo: number, hi: number): void
  /** As `number`, with the unit: by its system and code, and again without system by the unit as printed. */
  quantity(param: string, lo: number, hi: number, system: string | undefined, code: string | undefined): void
  uri(param: string, value: string): void
  /** The element is there but gives no value to search by (a code as text alone, a reference by display): only `:missing` asks. */
  present(param: string): void
}

/** Letters that no Unicode decomposition brings to their base: strokes, ligatures, and the Greek s at the end of a word. */
const bases: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ħ: 'h', ŧ: 't', ı: 'i', ς: 'σ' },
}
const unlikeBase = new RegExp(`[${Object.keys(bases).join('')}]`, 'g')

/** Case-folded, without accents and other combining marks, white space runs as one space. */
export function folded(text: string): string {
  if (/^[ -~]*$/.test(text)) {
    const lower = text.toLowerCase()
    return lower.startsWith(' ') || lower.endsWith(' ') || lower.includes('  ') ? lower.replace(/ +/g, ' ').trim() : lower
  }
  const plain = text
    .replace(/[´ʼ]/g, "'")
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(unlikeBase, (letter) => bases[letter]!)
  return plain.normalize('NFKC').replace(/\s+/g, ' ').trim()
}

/**
 * How strings are compared by default: folded, and without punctuation. What stands between words parts them (Smith-Jones, Smith Jones),
 * what stands within or beside them is nothing (O'Brien, OBrien, St. Mary). https://hl7.org/fhir/R4/search.html#string
 */
export function normalise(text: string): string {
  const whole = folded(text)
  if (/^[a-z0-9 ]*$/.test(whole)) return whole
  const bare = whole
    .replace(/[\p{Pd}\p{Pc},;:/\\&]/gu, ' ')
    .replace(/[\p{P}`]/gu, '')
    .replace(/ +/g, ' ')
    .trim()
  return bare === '' ? whole : bare
}
