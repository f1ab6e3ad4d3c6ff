/**
 * Scoring, for every instrument alike. An item that was declined is not zero, and not missing either: it takes the total away and says so.
 * Answers outside an instrument's own list are never guessed at.
 */
import {
  type AnswerOption,
  answersOf,
  type Condition,
  type Instrument,
  type InstrumentItem,
  linkIdOf,
  type NeedRule,
  type RiskLevel,
  type SumScoring,
  systemOf,
  type TriageScoring,
} from './instrument.ts'

/** An answered (or not answered) item, as far as scoring looks at it. */
export interface ScorableItem {
  readonly linkId: string
  readonly answers: readonly object[]
  readonly absentReason?: string | undefined
}

type ResultCode = 'positive' | 'negative' | 'indeterminate' | 'declined' | 'not-scorable'

export interface Evaluation {
  /** Each answered item's score, by linkId; an item answered twice has none. */
  readonly scores: ReadonlyMap<string, number>
  /** Absent where there is no sum to be had. */
  readonly total?: number
  readonly band?: string
  /** Sums of some of the items, by key; only beside a total. */
  readonly subscales?: Readonly<Record<string, number>>
  /** Of a triage; `none` is one, too. */
  readonly level?: RiskLevel
  readonly result: ResultCode
  readonly findings: readonly { readonly ruleId: string; readonly level: RiskLevel; readonly itemRefs: readonly string[] }[]
  /** One for each category. */
  readonly needs: readonly NeedRule[]
}

const snomed = 'http://snomed.info/sct'

/** The option that an answer is: a coding of the list, or yes and no as true and false. */
export function optionFor(options: readonly AnswerOption[], answer: object): AnswerOption | undefined {
  const { coding, boolean } = answer as { coding?: { system?: string; code?: string }; boolean?: boolean }
  if (boolean !== undefined) return options.find((one) => one.snomed === (boolean ? '373066001' : '373067005'))
  const { system, code } = coding ?? {}
  if (code === undefined) return undefined
  return options.find((one) => (system === systemOf(one.code) && one.code === code) || (system === snomed && one.snomed === code))
}

/** The number that an answer is. */
export function countOf(answer: object): number | undefined {
  const { integer } = answer as { integer?: number }
  return integer !== undefined && integer >= 0 ? integer : undefined
}

/** What was answered to each item: the scores given (several only by mistake), and whether it was declined. */
interface Answered {
  readonly item: InstrumentItem
  readonly linkId: string
  readonly given: readonly number[]
  /** Codes and booleans as they were answered, for those answers that are not scored. */
  readonly answers: readonly object[]
  readonly declined: boolean
}

function answered(instrument: Instrument, items: readonly ScorableItem[]): readonly Answered[] {
  return instrument.items.map((item) => {
    const linkId = linkIdOf(item)
    const own = items.filter((one) => one.linkId === linkId)
    const options = answersOf(instrument, item)
    const given = own.flatMap(({ answers }) =>
      answers.flatMap((answer) => (item.counted ? (countOf(answer) ?? []) : (optionFor(options, answer)?.score ?? []))),
    )
    const answers = own.flatMap((one) => one.answers)
    const declined = answers.length === 0 && own.some((one) => one.absentReason === 'asked-declined')
    return { item, linkId, given, answers, declined }
  })
}

interface Facts {
  readonly answers: readonly Answered[]
  readonly total?: number | undefined
  readonly subscales?: Readonly<Record<string, number>> | undefined
  readonly level?: RiskLevel | undefined
  readonly result?: ResultCode
}

/** The items that make a condition hold; undefined where it does not. Of an item answered twice the graver answer counts. */
function met(when: Condition, facts: Facts): readonly string[] | undefined {
  if ('item' in when) {
    const one = facts.answers[when.item - 1]
    if ('answered' in when) {
      const codes = when.answered.map((code) => ({ code, score: 0 }))
      return one?.answers.some((answer) => optionFor(codes, answer)) ? [one.linkId] : undefined
    }
    return one?.given.some((score) => score >= when.atLeast) ? [one.linkId] : undefined
  }
  if ('unanswered' in when) return facts.answers[when.unanswered - 1]?.given.length === 0 ? [] : undefined
  if ('declined' in when) {
    const one = facts.answers[when.declined - 1]
    return one?.declined ? [one.linkId] : undefined
  }
  if ('subscale' in when) return (facts.subscales?.[when.subscale] ?? -1) >= when.atLeast ? [] : undefined
  if ('total' in when) return facts.total !== undefined && facts.total >= when.total ? [] : undefined
  if ('result' in when) return facts.result === when.result ? [] : undefined
  if ('level' in when) return facts.level === when.level ? positive(facts.answers) : undefined
  const parts = ('all' in when ? when.all : when.any).map((part) => met(part, facts))
  const holds = 'all' in when ? parts.every((part) => part !== undefined) : parts.some((part) => part !== undefined)
  return holds ? [...new Set(parts.flatMap((part) => part ?? []))] : undefined
}

const positive = (answers: readonly Answered[]): readonly string[] =>
  answers.filter(({ given }) => given.some((score) => score > 0)).map(({ linkId }) => linkId)

export type SexForScoring = 'male' | 'female' | 'unknown'
/** The cut of a sex, where the instrument has one of its own for it. */
export function cutFor(
  { scoring }: Instrument,
  sex: SexForScoring | undefined,
): Pick<SumScoring, 'bands' | 'positive'> | undefined {
  return scoring.method === 'sum' && sex !== undefined && sex !== 'unknown' ? scoring.bySex?.[sex] : undefined
}

/** Everything that an instrument says of a set of answers. Pure: the same answers and version give the same. */
export function evaluate(instrument: Instrument, items: readonly ScorableItem[], sex?: SexForScoring): Evaluation {
  const answers = answered(instrument, items)
  const asked = answers.filter(({ item }) => !item.unscored && (!item.askedWhen || met(item.askedWhen, { answers })))
  const { scoring } = instrument
  const scored =
    scoring.method === 'sum'
      ? sum({ ...scoring, ...cutFor(instrument, sex) }, answers, asked)
      : scoring.method === 'triage'
        ? triage(scoring, answers, asked)
        : screen(scoring.positive, answers)
  const facts: Facts = { answers, ...scored }
  const findings = instrument.risks.flatMap((rule) => {
    const itemRefs = met(rule.when, facts)
    return itemRefs ? [{ ruleId: rule.id, level: rule.level, itemRefs }] : []
  })
  const needs = (instrument.needs ?? [])
    .filter(({ when }) => met(when, facts) !== undefined)
    .filter(({ category }, i, all) => all.findIndex((one) => one.category === category) === i)
  const scores = new Map(answers.flatMap(({ linkId, given }) => (given.length === 1 ? [[linkId, given[0]!] as const] : [])))
  return { scores, ...scored, findings, needs }
}

type Scored = Pick<Evaluation, 'total' | 'subscales' | 'band' | 'level' | 'result'>

function sum(
  { bands, positive: cut, subscales, blanksAsZero = 0 }: SumScoring,
  answers: readonly Answered[],
  asked: readonly Answered[],
): Scored {
  // An answer that makes it positive whatever the total is needs no total.
  const speaks = cut && met(cut, { answers }) !== undefined
  if (asked.some(({ declined }) => declined)) return { result: speaks ? 'positive' : 'declined' }
  const blanks = asked.filter(({ given }) => given.length === 0).length
  if (blanks > blanksAsZero || asked.some(({ given }) => given.length > 1))
    return { result: speaks ? 'positive' : 'not-scorable' }
  const total = asked.reduce((so, { given }) => so + (given[0] ?? 0), 0)
  const band = bands.findLast(({ min }) => total >= min)?.code
  const parts = Object.fromEntries(
    (subscales ?? []).map(({ key, items }) => [key, items.reduce((so, item) => so + (answers[item - 1]?.given[0] ?? 0), 0)]),
  )
  const isPositive = cut && met(cut, { answers, total, subscales: parts }) !== undefined
  const result = cut === undefined ? 'indeterminate' : isPositive ? 'positive' : 'negative'
  return { total, ...(subscales && { subscales: parts }), ...(band !== undefined && { band }), result }
}

function triage({ levels }: TriageScoring, answers: readonly Answered[], asked: readonly Answered[]): Scored {
  const level = levels.find(({ when }) => met(when, { answers }))?.level
  if (level !== undefined) return { level, band: level, result: 'positive' }
  if (asked.some(({ declined }) => declined)) return { result: 'declined' }
  if (asked.some(({ given }) => given.length !== 1)) return { result: 'not-scorable' }
  return { level: 'none', band: 'none', result: 'negative' }
}

/** The numbers of the items that a condition looks at. */
export function itemsIn(when: Condition): readonly number[] {
  if ('item' in when) return [when.item]
  if ('unanswered' in when) return [when.unanswered]
  if ('declined' in when) return [when.declined]
  return 'all' in when ? when.all.flatMap(itemsIn) : 'any' in when ? when.any.flatMap(itemsIn) : []
}

/** One answer that speaks is enough for yes; for no, all that could speak are needed. */
function screen(cut: Condition, answers: readonly Answered[]): Scored {
  if (met(cut, { answers })) return { result: 'positive' }
  const able = itemsIn(cut).map((item) => answers[item - 1]!)
  const asked = able.filter(({ item }) => !item.askedWhen || met(item.askedWhen, { answers }))
  if (asked.some(({ declined }) => declined)) return { result: 'declined' }
  const unsaid = asked.some(({ item, ...one }) =>
    item.answers === 'any' ? one.answers.length === 0 && !item.optional : one.given.length !== 1,
  )
  return { result: unsaid ? 'not-scorable' : 'negative' }
}
