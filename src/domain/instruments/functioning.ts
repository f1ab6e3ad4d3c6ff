/** WHODAS 2.0, 12 items: functioning, the last 30 days. One instrument, two ways to count: their totals are never compared. */
import { type Instrument, ownItems, scored } from './instrument.ts'

const topics = [
  ...['standing', 'household', 'learning', 'community', 'emotions', 'concentration', 'walking', 'washing', 'dressing'],
  ...['dealing with strangers', 'friendship', 'daily work'],
]

function whodas(id: string, variant: string, answers: readonly number[]): Instrument {
  const [lowest, highest] = [Math.min(...answers), Math.max(...answers)]
  return {
    id,
    name: `WHODAS 2.0, 12 items (${variant})`,
    version: '1',
    panel: id,
    questionnaires: [`https://warm-handoff.example/fhir/Questionnaire/${id}`],
    answers: scored(...answers),
    items: ownItems(id, topics),
    scoring: { method: 'sum', code: `${id}-total`, variant, min: 12 * lowest, max: 12 * highest, bands: [] },
    risks: [],
    licence: { wording: false, notice: 'World Health Organization, all rights reserved: a user agreement is needed.' },
  }
}

export const whodas12 = whodas('whodas-12', 'simple-0-4', [0, 1, 2, 3, 4])
export const whodas12From1 = whodas('whodas-12-from-1', 'simple-1-5', [1, 2, 3, 4, 5])
