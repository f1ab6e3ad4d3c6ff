/** Answers of a QuestionnaireResponse by hand: `mappings/shared/answers.ts` with its checks and warnings. */
import type { QuestionnaireResponseItemAnswer as AnswerRaw, QuestionnaireResponseItem as Item } from '@medplum/fhirtypes'
import { core, local } from '../../../mappings/shared/extension.ts'
import { type Answer, type AssessmentItem, absentReasons } from '../../../src/domain/assessment.ts'
import { decimal } from '../../../src/lens/codecs.ts'
import { at, bool, code, date, digits, items, known, needed, part, type Report, readCoding, text, warn, whole } from './checks.ts'
import { find, inExtension } from './extensions.ts'
import { list, type Maybe, said, setExtension, writeCoding } from './writes.ts'

const url = { code: local('item-code'), score: local('item-score'), absent: core('data-absent-reason') }
const path = {
  code: inExtension(url.code, 'valueCoding'),
  score: inExtension(url.score, 'valueInteger'),
  absent: inExtension(url.absent, 'valueCode'),
}
const reasons = known(...absentReasons)

function readAnswer(raw: AnswerRaw, report: Report): Answer | undefined {
  const found: Answer[] = []
  const coding = part(raw.valueCoding, readCoding, 'valueCoding', report)
  if (coding !== undefined) found.push({ coding })
  const boolean = bool(raw.valueBoolean, 'valueBoolean', report)
  if (boolean !== undefined) found.push({ boolean })
  const integer = whole(raw.valueInteger, 'valueInteger', report)
  if (integer !== undefined) found.push({ integer })
  const number = digits(raw.valueDecimal, 'valueDecimal', report)
  if (number !== undefined) found.push({ decimal: number })
  const words = text(raw.valueString, 'valueString', report)
  if (words !== undefined) found.push({ text: words })
  const day = date(raw.valueDate, 'valueDate', report)
  if (day !== undefined) found.push({ date: day })
  if (found.length === 1) return found[0]
  return warn(report, '', found.length > 1 ? 'expected one type' : 'expected a value of a type known here')
}

const writeAnswer = (value: Answer, prior?: AnswerRaw): AnswerRaw =>
  said<AnswerRaw>({
    ...prior,
    valueCoding: 'coding' in value ? writeCoding(value.coding, prior?.valueCoding) : undefined,
    valueBoolean: 'boolean' in value ? value.boolean : undefined,
    valueInteger: 'integer' in value ? value.integer : undefined,
    valueDecimal: 'decimal' in value ? decimal.write(value.decimal, undefined) : undefined,
    valueString: 'text' in value ? value.text : undefined,
    valueDate: 'date' in value ? value.date : undefined,
  } as Maybe<AnswerRaw>)

const isGroup = ({ item }: Item): boolean => Array.isArray(item) && item.length > 0

function readItem(raw: Item, report: Report): AssessmentItem | undefined {
  const linkId = needed(raw.linkId, text(raw.linkId, 'linkId', report), 'linkId', report)
  const all = raw.extension
  const value = {
    code: part(find(all, url.code)?.valueCoding, readCoding, path.code, report),
    answers: items(raw.answer, readAnswer, 'answer', report),
    score: whole(find(all, url.score)?.valueInteger, path.score, report),
    absentReason: code<'unknown'>(find(all, url.absent)?.valueCode, reasons, path.absent, report),
  }
  return linkId === undefined ? undefined : { linkId, ...value }
}

export function readAnswers(all: readonly Item[] | undefined, place: string, report: Report): AssessmentItem[] {
  const values: AssessmentItem[] = []
  if (!Array.isArray(all)) return values
  for (let i = 0; i < all.length; i++) {
    const here = `${place}[${i}]`
    if (isGroup(all[i]!)) {
      values.push(...readAnswers(all[i]!.item, `${here}.item`, report))
      continue
    }
    const from = report.length
    const value = readItem(all[i]!, report)
    if (report.length > from) at(here, report, from)
    if (value !== undefined) values.push(value)
  }
  return values
}

function writeItem(value: AssessmentItem, prior?: Item): Item {
  const coding = value.code && writeCoding(value.code, find(prior?.extension, url.code)?.valueCoding)
  let extension = setExtension(prior?.extension, url.code, 'valueCoding', coding)
  extension = setExtension(extension, url.score, 'valueInteger', value.score)
  extension = setExtension(extension, url.absent, 'valueCode', value.absentReason)
  const answer = list<AnswerRaw, Answer>(prior?.answer, value.answers, readAnswer, (one) => JSON.stringify(one), writeAnswer)
  return said<Item>({ ...prior, linkId: value.linkId, extension, answer } as Maybe<Item>)
}

/** Values by name, first come first served. */
function queues<T>(all: readonly T[], nameOf: (one: T) => string): (name: string) => T | undefined {
  const byName = new Map<string, T[]>()
  for (const one of all) {
    const name = nameOf(one)
    const same = byName.get(name)
    if (same) same.push(one)
    else byName.set(name, [one])
  }
  return (name) => byName.get(name)?.shift()
}

const leavesOf = (all: readonly Item[]): Item[] => all.flatMap((one) => (isGroup(one) ? leavesOf(one.item!) : [one]))

/** Groups stay as long as the order of the answers allows it. */
export function writeAnswers(values: readonly AssessmentItem[], prior: readonly Item[] | undefined): Item[] | undefined {
  if (values.length === 0 && (prior ?? []).length === 0) return undefined
  if (prior === undefined) return values.map((value) => writeItem(value))
  const isReadable = (one: Item): boolean => readItem(one, []) !== undefined
  const next = queues(values, ({ linkId }) => linkId)
  const placed = new Set<AssessmentItem>()
  const order: AssessmentItem[] = []
  const fill = (all: readonly Item[]): Item[] => {
    const filled: Item[] = []
    for (const one of all) {
      if (isGroup(one)) {
        const inner = fill(one.item!)
        if (inner.length > 0) filled.push({ ...one, item: inner })
        continue
      }
      const value = isReadable(one) ? next(one.linkId) : undefined
      if (value !== undefined) {
        placed.add(value)
        order.push(value)
        filled.push(writeItem(value, one))
      } else if (!isReadable(one)) filled.push(one)
    }
    return filled
  }
  const tree = fill(prior)
  const fresh = values.filter((value) => !placed.has(value))
  order.push(...fresh)
  if (order.every((value, i) => value === values[i])) return [...tree, ...fresh.map((value) => writeItem(value))]
  const leaves = leavesOf(prior)
  const own = queues(leaves.filter(isReadable), ({ linkId }) => linkId)
  return [...values.map((value) => writeItem(value, own(value.linkId))), ...leaves.filter((one) => !isReadable(one))]
}
