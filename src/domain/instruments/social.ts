/**
 * PRAPARE (https://loinc.org/93025-5), AHC HRSN (https://loinc.org/96777-8) and HARK (https://loinc.org/76499-3). One LOINC item has other
 * answers in PRAPARE than in AHC: answers are read by the instrument, never by the item's code alone.
 */
import { type Condition, type Instrument, type InstrumentItem, ownItems, yesNo } from './instrument.ts'

const open = (code: string, topic: string): InstrumentItem => ({ code, topic, unscored: true, answers: 'any' })

export const prapare: Instrument = {
  id: 'prapare',
  name: 'PRAPARE',
  version: '1',
  panel: '93025-5',
  questionnaires: ['http://loinc.org/q/93025-5', 'http://hl7.org/fhir/us/core/Questionnaire/prapare-example'],
  answers: [],
  items: [
    open('71802-3', 'housing'),
    open('93030-5', 'transport'),
    open('67875-5', 'employment'),
    open('93031-3', 'what could not be got'),
    ...['56051-6', '32624-9', '93035-4', '93034-7', '54899-0', '63512-8', '93033-9', '56799-0', '82589-3', '76437-3'].map(
      (code) => open(code, 'background'),
    ),
    ...['63586-2', '93029-7', '93038-8', '93028-9', '93027-1', '93026-3', '76501-6'].map((code) => open(code, 'background')),
  ],
  scoring: {
    method: 'screen',
    positive: {
      any: [
        { item: 1, answered: ['LA30190-5'] },
        { item: 2, answered: ['LA30133-5', 'LA30134-3'] },
        { item: 3, answered: ['LA17956-6'] },
        { item: 4, answered: ['LA30126-9', 'LA30127-7'] },
      ],
    },
  },
  risks: [],
  // It asks about fear of a partner.
  sensitivity: 'SDV',
  licence: { wording: false, notice: 'NACHC, AAPCHO and OPCA: ask them for their terms.' },
}

const often = ['LA28397-0', 'LA6729-3']
/** From never to frequently, one to five. */
const hits = ['LA6270-8', 'LA10066-1', 'LA10082-8', 'LA16644-9', 'LA6482-9'].map((code, i) => ({ code, score: i + 1 }))
const unsafe: Condition = { total: 11 }

/** The total is of the four questions about safety. */
export const ahcHrsn: Instrument = {
  id: 'ahc-hrsn',
  name: 'AHC HRSN',
  version: '1',
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
    positive: {
      any: [
        unsafe,
        { item: 5, answered: ['LA31994-9', 'LA31995-6'] },
        { item: 7, answered: often },
        { item: 8, answered: often },
      ],
    },
  },
  risks: [
    {
      id: 'AHC-SAFETY',
      when: unsafe,
      level: 'moderate',
      action: 'safety reviewed with the client alone; nothing shown to others of the household',
    },
  ],
  sensitivity: 'SDV',
  licence: { wording: false, notice: 'Centers for Medicare & Medicaid Services; some items are of third parties.' },
}

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
      when: { any: [1, 2, 3, 4].map((item) => ({ item, atLeast: 1 })) },
      level: 'moderate',
      action: 'safety reviewed with the client alone; nothing shown to others of the household',
    },
  ],
  sensitivity: 'SDV',
  licence: { wording: false, notice: 'Its terms are not confirmed.' },
}
