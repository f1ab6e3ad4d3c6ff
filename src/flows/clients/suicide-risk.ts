/** Is a client known to be at a moderate risk of suicide, or a higher one? */
import needMapping from '../../../mappings/need.condition.ts'
import { needCategories } from '../../domain/derived-needs.ts'
import { isOpenNeed } from '../../domain/plan-draft.ts'
import type { Steps } from '../../store/store.ts'
import type { Seen } from '../collections/collection.ts'
import { allOf, hasToken, patientIs } from '../questions.ts'
import { readStored } from '../read-as.ts'
import { activeCrises } from './active-crises.ts'

/** An open need says so, which screenings propose, or a crisis that counts; of those alone that are `seen`. */
export function* isAtRiskOfSuicide(clientId: string, seen: Seen): Steps<boolean> {
  const crises = (yield* activeCrises(clientId)).filter(({ held }) => seen(held.anchor))
  if (crises.some(({ value }) => value.riskTypes.includes('suicide') && value.level !== undefined && value.level !== 'low'))
    return true
  const category = hasToken('category', { system: needCategories, code: 'suicide-risk' })
  const items = yield* allOf('Condition', patientIs(clientId), category)
  return items.filter(seen).some((stored) => {
    const need = readStored(needMapping, stored)
    return need !== undefined && isOpenNeed(need) && need.severity !== 'mild'
  })
}
