/** All instruments. To add one: a file of data beside this one, and its name in the list. */
import { cssrsScreener } from './c-ssrs-screener.ts'
import { gad7 } from './gad-7.ts'
import { type Instrument, linkIdOf } from './instrument.ts'
import { phq2 } from './phq-2.ts'
import { phq9 } from './phq-9.ts'

export const instruments: readonly Instrument[] = [phq9, phq2, gad7, cssrsScreener]

const byId = new Map(instruments.map((one) => [one.id, one]))
const byCanonical = new Map(instruments.flatMap((one) => one.questionnaires.map((url) => [url, one] as const)))

export const instrumentById = (id: string | undefined): Instrument | undefined => (id === undefined ? undefined : byId.get(id))

/**
 * Which instrument answers belong to: by its id, the canonical URL of its Questionnaire (whatever version), or because all its scored
 * items are there; the largest, where one is a part of another.
 */
export function instrumentOf(
  named: { readonly id?: string | undefined; readonly questionnaire?: string | undefined } | undefined,
  linkIds: Iterable<string>,
): Instrument | undefined {
  const known = instrumentById(named?.id) ?? byCanonical.get(named?.questionnaire?.split('|', 1)[0] ?? '')
  if (known || named?.id !== undefined) return known
  const present = new Set(linkIds)
  const whole = instruments.filter(({ items }) => items.every((item) => item.unscored || present.has(linkIdOf(item))))
  return whole.toSorted((a, b) => b.items.length - a.items.length)[0]
}
