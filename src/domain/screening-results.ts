/** Results of a known screening (LOINC codes), as the answers of an assessment. Answers outside an instrument's own list are never guessed at. */
import type { Answer, AssessmentItem } from './assessment.ts'
import { instrumentOf, instruments } from './instruments/index.ts'
import { answersOf, type Instrument, type InstrumentItem, linkIdOf, scoreCodeOf, systemOf } from './instruments/instrument.ts'
import { optionFor } from './instruments/score.ts'
import type { Concept } from './kernel.ts'
import { loinc } from './loinc.ts'
import type { Issue } from './problem.ts'

/** What was found; a number as it was written. */
export type ResultValue =
  | { readonly number: string; readonly unit?: Concept }
  | { readonly text: string }
  | { readonly concept: Concept }
  | { readonly at: string }

/** A result, as far as it may be an answer. */
interface Answerable {
  readonly place: string
  readonly code: Concept
  readonly value?: ResultValue
  readonly asked: boolean
  readonly status: string
}

export interface Screening<R extends Answerable = Answerable> {
  readonly instrument?: Instrument
  readonly items: readonly AssessmentItem[]
  /** Results that are no part of the instrument. */
  readonly others: readonly R[]
  /** More is to come. */
  readonly open: boolean
  /** All of it is taken back. */
  readonly withdrawn: boolean
  readonly faults: readonly Issue[]
}

const gone: ReadonlySet<string> = new Set(['entered-in-error', 'cancelled'])
const unsettled: ReadonlySet<string> = new Set(['preliminary', 'registered'])
const loincOf = ({ codings }: Concept): string | undefined => codings.find(({ system }) => system === loinc)?.code

/** Which of the results are answers: of the instrument that the order names, or whose items are all there. Withdrawn ones are none. */
export function screeningIn<R extends Answerable>(results: readonly R[], service: Concept | undefined): Screening<R> {
  const panel = service && loincOf(service)
  const codes = results.map(({ code }) => `/${loincOf(code)}`)
  const instrument = instruments.find((one) => panel !== undefined && one.panel === panel) ?? instrumentOf(undefined, codes)
  if (!instrument) return { items: [], others: results, open: false, withdrawn: false, faults: [] }
  const faults: Issue[] = []
  const items: AssessmentItem[] = []
  const others: R[] = []
  const own: R[] = []
  for (const one of results) {
    const code = loincOf(one.code)
    const item = instrument.items.find((each) => each.code === code)
    const isTotal = code !== undefined && code === scoreCodeOf(instrument)
    if (!item && !isTotal) {
      others.push(one)
      continue
    }
    own.push(one)
    if (gone.has(one.status)) continue
    if (!item) {
      if (one.value && 'number' in one.value) items.push({ linkId: `/${code}`, answers: [{ decimal: one.value.number }] })
      continue
    }
    const answer = one.value && answerOf(instrument, item, one.value)
    const linkId = linkIdOf(item)
    if (one.value && !answer) faults.push({ path: one.place, message: 'is no answer of this instrument' })
    else if (items.some((other) => other.linkId === linkId))
      faults.push({ path: one.place, message: 'is answered more than once' })
    else if (answer) items.push({ linkId, answers: [answer] })
    else items.push({ linkId, answers: [], absentReason: one.asked ? 'unknown' : 'not-asked' })
  }
  const open = own.some(({ status }) => unsettled.has(status))
  const withdrawn = own.length > 0 && own.every(({ status }) => gone.has(status))
  return { instrument, items, others, open, withdrawn, faults }
}

/** By its code, or by its score where one answer alone has it. */
function answerOf(instrument: Instrument, item: InstrumentItem, value: ResultValue): Answer | undefined {
  const whole = 'number' in value && /^\d{1,9}$/.test(value.number) ? Number(value.number) : undefined
  if (item.counted) return whole === undefined ? undefined : { integer: whole }
  const codings = 'concept' in value ? value.concept.codings : []
  if (item.answers === 'any') {
    if (codings[0]) return { coding: codings[0] }
    return 'number' in value ? { decimal: value.number } : 'text' in value ? { text: value.text } : undefined
  }
  const options = answersOf(instrument, item)
  const known = codings.find((each) => optionFor(options, { coding: each }))
  const [option, ...more] = options.filter(({ score }) => score === whole)
  if (known) return { coding: known }
  return option && more.length === 0 ? { coding: { system: systemOf(option.code), code: option.code } } : undefined
}
