/**
 * The answers of a QuestionnaireResponse as one list, whatever groups they stand in: groups keep their place and all that others know of
 * them, as long as the order of the answers allows it. https://hl7.org/fhir/R4/questionnaireresponse.html
 */
import type { QuestionnaireResponseItem as Item, QuestionnaireResponseItemAnswer } from '@medplum/fhirtypes'
import { type Answer, type AssessmentItem, absentReasons } from '../../src/domain/assessment.ts'
import { type Codec, type Report, silently, tolerate, unread, within } from '../../src/lens/codec.ts'
import { bool, date, decimal, integer, oneOf, text } from '../../src/lens/codecs.ts'
import { inside, shape, together } from '../../src/lens/shape.ts'
import { choice } from './choice.ts'
import { coding } from './datatypes.ts'
import { core, extension, local } from './extension.ts'

const answer = inside(
  shape<QuestionnaireResponseItemAnswer, { value: Answer }>('answer', (at) => ({
    value: together({
      coding: at.valueCoding.optional(coding),
      boolean: at.valueBoolean.optional(bool),
      integer: at.valueInteger.optional(integer),
      decimal: at.valueDecimal.optional(decimal),
      text: at.valueString.optional(text),
      date: at.valueDate.optional(date),
    }).as<Answer>(choice('answer')),
  })),
  'value',
)

const leaf = shape<Item, AssessmentItem>('item', (at) => ({
  linkId: at.linkId.as(text),
  code: extension(at, local('item-code')).valueCoding.optional(coding),
  answers: at.answer.each(answer, { by: (value) => JSON.stringify(value) }),
  score: extension(at, local('item-score')).valueInteger.optional(integer),
  absentReason: extension(at, core('data-absent-reason')).valueCode.optional(oneOf(...absentReasons)),
}))

const isGroup = (item: Item): boolean => Array.isArray(item.item) && item.item.length > 0

function readAll(items: readonly Item[], report: Report, path = ''): AssessmentItem[] {
  return items.flatMap((item, i) => {
    const here = `${path}[${i}]`
    if (isGroup(item)) return readAll(item.item!, report, `${here}.item`)
    const from = report.length
    const value = leaf.read(item, report)
    within(here, report, from)
    if (value !== unread) return [value]
    tolerate(report, from)
    return []
  })
}

/** A list from which the next of a name can be taken, first come first served. */
function queues<T>(items: readonly T[], nameOf: (item: T) => string): (name: string) => T | undefined {
  const byName = Map.groupBy(items, nameOf)
  return (name) => byName.get(name)?.shift()
}

const leavesOf = (items: readonly Item[]): Item[] => items.flatMap((item) => (isGroup(item) ? leavesOf(item.item!) : [item]))
const isReadable = (item: Item): boolean => leaf.read(item, silently) !== unread

export const answers: Codec<Item[], readonly AssessmentItem[]> = {
  name: 'answers',
  read: (raw, report) => readAll(raw, report),
  write(values, prior = []) {
    const next = queues(values, ({ linkId }) => linkId)
    const placed: AssessmentItem[] = []
    const fill = (items: readonly Item[]): Item[] =>
      items.flatMap((item) => {
        if (isGroup(item)) {
          const inner = fill(item.item!)
          return inner.length > 0 ? [{ ...item, item: inner }] : []
        }
        if (!isReadable(item)) return [item]
        const value = next(item.linkId)
        if (value === undefined) return []
        placed.push(value)
        return [leaf.write(value, item)]
      })
    const tree = fill(prior)
    const fresh = values.filter((value) => !placed.includes(value))
    const isInOrder = [...placed, ...fresh].every((value, i) => value === values[i])
    if (isInOrder) return [...tree, ...fresh.map((value) => leaf.write(value, undefined))]
    // Another order than the groups can hold: one after the other, each onto its own.
    const leaves = leavesOf(prior)
    const own = queues(leaves.filter(isReadable), ({ linkId }) => linkId)
    return [...values.map((value) => leaf.write(value, own(value.linkId))), ...leaves.filter((item) => !isReadable(item))]
  },
}
