/** All instruments. To add one: a file of data beside this one, and its name in the list. */
import { asq } from './asq.ts'
import { audit, auditC } from './audit.ts'
import { cssrsScreener } from './c-ssrs-screener.ts'
import { psc17, sdq } from './children.ts'
import { whodas12, whodas12From1 } from './functioning.ts'
import { gad7 } from './gad-7.ts'
import { type Instrument, linkIdOf } from './instrument.ts'
import { epds, mdq } from './mood.ts'
import { phq2 } from './phq-2.ts'
import { phq4 } from './phq-4.ts'
import { phq9 } from './phq-9.ts'
import { phqA } from './phq-a.ts'
import { ahcHrsn, hark, prapare } from './social.ts'
import { alcoholSingle, cageAid, dast10 } from './substances.ts'
import { smokingStatus } from './tobacco.ts'
import { pcl5, pcPtsd5 } from './trauma.ts'

export const instruments: readonly Instrument[] = [
  ...[phq9, phq2, phq4, phqA, gad7, epds, mdq, cssrsScreener, asq, pcPtsd5, pcl5],
  ...[audit, auditC, alcoholSingle, dast10, cageAid, smokingStatus, whodas12, whodas12From1, psc17, sdq, prapare, ahcHrsn, hark],
]

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
  const whole = instruments.filter(({ items }) =>
    items.every((item) => (item.unscored && item.answers !== 'any') || present.has(linkIdOf(item))),
  )
  return whole.toSorted((a, b) => b.items.length - a.items.length)[0]
}
