/**
 * PRAPARE (https://loinc.org/93025-5), AHC HRSN (https://loinc.org/96777-8) and HARK (https://loinc.org/76499-3). One LOINC item has other
 * answers in PRAPARE than in AHC: answers are read by the instrument, never by the item's code alone.
 */
import { type Condition, type Instrument, type InstrumentItem, type NeedRule, ownItems, yesNo } from './instrument.ts'

const open = (code: string, topic: string): InstrumentItem => ({ code, topic, unscored: true, answers: 'any' })
const yes = 'LA33-6'
const said = (item: number, ...answered: readonly string[]): Condition => ({ item, answered })
const social = (category: string, text: string, ...any: readonly Condition[]): NeedRule => ({
  when: { any },
  domain: 'sdoh',
  category,
  text,
})
const violence = 'Violence or fear of somebody close'

const prapareNeeds: readonly NeedRule[] = [
  social('homelessness', 'No housing', said(1, 'LA30190-5')),
  social('housing-instability', 'Fear of losing the home', said(5, yes)),
  // Kept from medical care, or from other things.
  social('transportation-insecurity', 'Lack of transport', said(2, 'LA30133-5', 'LA30134-3')),
  social('employment-status', 'Unemployment', said(3, 'LA17956-6')),
  social('food-insecurity', 'Food insecurity', said(4, 'LA30125-1')),
  social('utility-insecurity', 'Trouble with utilities', said(4, 'LA30124-4')),
  social('medical-cost-burden', 'Care or medicine that could not be had', said(4, 'LA30128-5')),
  social('digital-access', 'No telephone', said(4, 'LA30129-3')),
  social('material-hardship', 'Lack of clothing or child care', said(4, 'LA30126-9', 'LA30127-7')),
  social('intimate-partner-violence', violence, said(6, yes)),
]

export const prapare: Instrument = {
  id: 'prapare',
  name: 'PRAPARE',
  version: '2',
  panel: '93025-5',
  questionnaires: ['http://loinc.org/q/93025-5', 'http://hl7.org/fhir/us/core/Questionnaire/prapare-example'],
  answers: [],
  items: [
    open('71802-3', 'housing'),
    open('93030-5', 'transport'),
    open('67875-5', 'employment'),
    open('93031-3', 'what could not be got'),
    open('93033-9', 'worry about the home'),
    { ...open('76501-6', 'afraid of a partner'), optional: true },
    ...['56051-6', '32624-9', '93035-4', '93034-7', '54899-0', '63512-8', '56799-0', '82589-3', '76437-3'].map((code) =>
      open(code, 'background'),
    ),
    ...['63586-2', '93029-7', '93038-8', '93028-9', '93027-1', '93026-3'].map((code) => open(code, 'background')),
  ],
  scoring: { method: 'screen', positive: { any: prapareNeeds.map(({ when }) => when) } },
  risks: [],
  needs: prapareNeeds,
  // It asks about fear of a partner.
  sensitivity: 'SDV',
  licence: { wording: false, notice: 'NACHC, AAPCHO and OPCA: ask them for their terms.' },
}

const often = ['LA28397-0', 'LA6729-3']
/**
 * From never to frequently, one to five. loinc.org could not be opened to confirm these codes; two public collections of answers to this
 * tool have the very same.
 */
const hits = ['LA6270-8', 'LA10066-1', 'LA10082-8', 'LA16644-9', 'LA6482-9'].map((code, i) => ({ code, score: i + 1 }))
const unsafe: Condition = { total: 11 }

/** What the questions about the home, food, transport and utilities speak of. */
const ahcNeeds: readonly NeedRule[] = [
  social('homelessness', 'No steady place to live', said(5, 'LA31995-6')),
  social('housing-instability', 'Fear of losing the home', said(5, 'LA31994-9')),
  // Pests, mould, lead, no heat, no oven or stove, no smoke detectors, leaks.
  social(
    'inadequate-housing',
    'A home with faults',
    said(6, ...['LA31996-4', 'LA28580-1', 'LA31997-2', 'LA31998-0', 'LA31999-8', 'LA32000-4', 'LA32001-2']),
  ),
  social('food-insecurity', 'Food insecurity', said(7, ...often), said(8, ...often)),
  social('transportation-insecurity', 'Lack of transport', said(9, yes)),
  // Threatened, or shut off already.
  social('utility-insecurity', 'Trouble with utilities', said(10, yes, 'LA32002-0')),
]

/** The total is of the four questions about safety. */
export const ahcHrsn: Instrument = {
  id: 'ahc-hrsn',
  name: 'AHC HRSN',
  version: '2',
  panel: '96777-8',
  questionnaires: ['http://loinc.org/q/96777-8'],
  answers: hits,
  items: [
    { code: '95618-5', topic: 'hurt' },
    { code: '95617-7', topic: 'insulted' },
    { code: '95616-9', topic: 'threatened' },
    { code: '95615-1', topic: 'screamed at' },
    open('71802-3', 'housing'),
    open('96778-6', 'problems of the home'),
    open('88122-7', 'worry about food'),
    open('88123-5', 'food that did not last'),
    open('93030-5', 'transport'),
    open('96779-4', 'utilities'),
  ],
  scoring: {
    method: 'sum',
    code: '95614-4',
    min: 4,
    max: 20,
    bands: [],
    positive: { any: [unsafe, ...ahcNeeds.map(({ when }) => when)] },
  },
  risks: [
    {
      id: 'AHC-SAFETY',
      when: unsafe,
      level: 'moderate',
      action: 'safety reviewed with the client alone; nothing shown to others of the household',
    },
  ],
  needs: [...ahcNeeds, social('intimate-partner-violence', violence, unsafe)],
  sensitivity: 'SDV',
  licence: { wording: false, notice: 'Centers for Medicare & Medicaid Services; some items are of third parties.' },
}

const anyHark: Condition = { any: [1, 2, 3, 4].map((item) => ({ item, atLeast: 1 })) }

export const hark: Instrument = {
  id: 'hark',
  name: 'HARK',
  version: '1',
  panel: '76499-3',
  questionnaires: ['http://loinc.org/q/76499-3'],
  answers: yesNo,
  items: [
    ...ownItems('hark', ['humiliated']),
    { code: '76501-6', topic: 'afraid' },
    { code: '76502-4', topic: 'forced' },
    { code: '76503-2', topic: 'hurt' },
  ],
  scoring: { method: 'sum', code: '76504-0', min: 0, max: 4, bands: [], positive: { total: 1 } },
  risks: [
    {
      id: 'HARK-ANY',
      when: anyHark,
      level: 'moderate',
      action: 'safety reviewed with the client alone; nothing shown to others of the household',
    },
  ],
  needs: [social('intimate-partner-violence', violence, anyHark)],
  sensitivity: 'SDV',
  licence: { wording: false, notice: 'Its terms are not confirmed.' },
}
