/** What the answers of an assessment amount to, computed by its instrument: scores, band, result, risk findings. */
import { z } from 'zod'
import {
  Assessment,
  type AssessmentItem,
  type AssessmentState,
  assessmentKinds,
  assessmentModes,
  type RiskFinding,
  respondents,
  type Score,
} from './assessment.ts'
import { instrumentOf } from './instruments/index.ts'
import { answersOf, type Instrument, linkIdOf, type RiskRule, systemOf } from './instruments/instrument.ts'
import { countOf, cutFor, type Evaluation, evaluate, optionFor, type SexForScoring } from './instruments/score.ts'
import { Id, Moment } from './kernel.ts'

/** States in which the answers are all there are. */
const settled: ReadonlySet<AssessmentState> = new Set(['completed', 'reviewed', 'amended'])
export const isSettled = ({ state }: Assessment): boolean => settled.has(state)

export const instrumentFor = ({ instrument, items }: Assessment): Instrument | undefined =>
  instrumentOf(
    instrument,
    items.map(({ linkId }) => linkId),
  )

/** Does the result depend on the client's sex? */
export function asksForSex(assessment: Assessment): boolean {
  const scoring = instrumentFor(assessment)?.scoring
  return scoring?.method === 'sum' && scoring.bySex !== undefined
}

/** The rule behind a finding. */
export const riskRule = (assessment: Assessment, ruleId: string): RiskRule | undefined =>
  instrumentFor(assessment)?.risks.find(({ id }) => id === ruleId)

/** Names the cut, where it depends on the sex: `audit-c@2/male`. */
const ruleVersionOf = (instrument: Instrument, sex?: SexForScoring): string =>
  `${instrument.id}@${instrument.version}${cutFor(instrument, sex) ? `/${sex}` : ''}`

/** A total that came with the answers: an item by the total's own code. */
function totalAmong(items: readonly AssessmentItem[], code: string): string | undefined {
  const [answer] = items.find(({ linkId }) => linkId === `/${code}`)?.answers ?? []
  if (answer === undefined) return undefined
  if ('decimal' in answer) return answer.decimal
  return 'integer' in answer ? String(answer.integer) : undefined
}

/** Numbers that say the same: `12`, `12.0`. */
const sameNumber = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && b !== undefined && Number(a) === Number(b)

/** The total as computed, and as received where that differs. What we told before and is told back is not received. */
function totals(
  instrument: Instrument,
  { total, subscales }: Evaluation,
  value: Assessment,
  before: readonly Score[],
): readonly Score[] {
  const { scoring } = instrument
  if (scoring.method !== 'sum') return value.scores
  const codes = [scoring.code, ...(scoring.mistaken ?? [])]
  const isTotal = (score: Score): boolean =>
    score.key === 'total' &&
    codes.includes(score.code?.code ?? scoring.code) &&
    (score.variant ?? scoring.variant) === scoring.variant
  const said = value.scores.find(isTotal)
  const ours = before.find((score) => isTotal(score) && score.ruleVersion !== undefined)
  const received =
    said?.receivedValue ??
    (said && sameNumber(said.value, ours?.value) ? ours?.receivedValue : said?.value) ??
    codes.map((code) => totalAmong(value.items, code)).find((one) => one !== undefined)
  const computed = total === undefined ? undefined : String(total)
  const score: Score = {
    key: 'total',
    code: { system: systemOf(scoring.code), code: scoring.code },
    ...(computed !== undefined && { value: computed }),
    ...(received !== undefined && !sameNumber(received, computed) && { receivedValue: received }),
    min: scoring.min,
    max: scoring.max,
    complete: total !== undefined,
    ...(scoring.variant !== undefined && { variant: scoring.variant }),
    ruleVersion: ruleVersionOf(instrument),
  }
  const parts = (scoring.subscales ?? []).map(({ key, max }): Score => {
    const sum = subscales?.[key]
    const said = value.scores.find((one) => one.key === key)
    const theirs = said?.receivedValue ?? (said?.ruleVersion === undefined ? said?.value : undefined)
    return {
      key,
      ...(sum !== undefined && { value: String(sum) }),
      ...(theirs !== undefined && !sameNumber(theirs, sum === undefined ? undefined : String(sum)) && { receivedValue: theirs }),
      ...{ min: 0, max, complete: sum !== undefined, ruleVersion: ruleVersionOf(instrument) },
    }
  })
  const others = value.scores.filter((one) => !isTotal(one) && !parts.some(({ key }) => key === one.key))
  return [score, ...parts, ...others]
}

/** A finding keeps the moment when it was first made. */
function findingsOf({ findings }: Evaluation, before: readonly RiskFinding[], at: string): readonly RiskFinding[] {
  return findings.map(({ ruleId, level, itemRefs }) => {
    const known = before.find((one) => one.ruleId === ruleId && one.level === level && String(one.itemRefs) === String(itemRefs))
    return { ruleId, level, itemRefs: [...itemRefs], at: known?.at ?? at }
  })
}

function withScores(items: readonly AssessmentItem[], scores: Evaluation['scores']): readonly AssessmentItem[] {
  return items.map(({ score: _, ...item }) => {
    const score = scores.get(item.linkId)
    return score === undefined ? item : { ...item, score }
  })
}

/**
 * The assessment with everything that is computed of it, as of `at`; `sex` is the client's, for instruments that ask for it. Answers that are not all there yet amount to nothing; answers that
 * were broken off are looked at for risk all the same. Of an instrument that is not known here only what was received is kept.
 */
export function assess(
  value: Assessment,
  before: Pick<Assessment, 'scores' | 'riskFindings'>,
  at: string,
  sex?: SexForScoring,
): Assessment {
  const { band: _, result: __, ...rest } = value
  const bare: Assessment = { ...rest, riskFindings: [] }
  if (value.state === 'declined') return { ...bare, result: 'declined' }
  if (!isSettled(value) && value.state !== 'stopped') return bare
  const instrument = instrumentFor(value)
  if (!instrument) return isSettled(value) ? { ...value, result: value.result ?? 'not-scorable' } : value
  const evaluation = evaluate(instrument, value.items, sex)
  const riskFindings = findingsOf(evaluation, before.riskFindings, at)
  if (!isSettled(value)) return { ...bare, riskFindings }
  const { band, result } = evaluation
  const sensitivity = instrument.sensitivity
  return {
    ...bare,
    items: withScores(value.items, evaluation.scores),
    scores: totals(instrument, evaluation, value, before.scores),
    ...(band !== undefined && { band: { code: band, ruleVersion: ruleVersionOf(instrument, sex) } }),
    result,
    riskFindings,
    ...(sensitivity && { sensitivity: [...new Set([...value.sensitivity, sensitivity])] }),
  }
}

/** Items that an instrument asks twice, or answered with something that is not among its answers. */
function strangeAnswers(instrument: Instrument, items: readonly AssessmentItem[]) {
  return items.flatMap(({ linkId, answers }, i) => {
    const item = instrument.items.find((one) => linkIdOf(one) === linkId)
    if (!item) return []
    if (item.answers === 'any') return []
    const options = answersOf(instrument, item)
    const twice = items.findIndex((one) => one.linkId === linkId) < i || answers.length > 1
    return [
      ...(twice ? [{ path: ['items', i], message: 'is answered more than once' }] : []),
      ...answers.flatMap((answer, j) =>
        (item.counted ? countOf(answer) !== undefined : optionFor(options, answer))
          ? []
          : [{ path: ['items', i, 'answers', j], message: 'is no answer of this instrument' }],
      ),
    ]
  })
}

const withTool: ReadonlySet<string> = new Set(['instrument', 'sdoh-screen'])

/** What we ask of an assessment of our own. */
export const AssessmentCommand = Assessment.extend({
  clientId: Id,
  kind: z.enum(assessmentKinds),
  administeredAt: Moment,
  mode: z.enum(assessmentModes),
  respondent: z.enum(respondents),
}).superRefine((value, context) => {
  const named = value.instrument?.id ?? value.instrument?.questionnaire
  if (withTool.has(value.kind) && named === undefined)
    context.addIssue({ code: 'custom', path: ['instrument'], message: 'is required for this kind' })
  const instrument = instrumentFor(value)
  for (const { path, message } of instrument ? strangeAnswers(instrument, value.items) : [])
    context.addIssue({ code: 'custom', path, message })
})
