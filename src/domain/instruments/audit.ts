/** AUDIT and AUDIT-C: alcohol, the last year. https://loinc.org/72110-0, https://loinc.org/72109-2 */
import { type AnswerOption, type Instrument, type InstrumentItem, scored } from './instrument.ts'

const options = (...codes: readonly string[]): readonly AnswerOption[] => codes.map((code, score) => ({ code, score }))
const howOften = options('LA6270-8', 'LA18926-8', 'LA18927-6', 'LA18928-4', 'LA18929-2')
const howMany = options('LA15694-5', 'LA15695-2', 'LA18930-0', 'LA18931-8', 'LA18932-6')
const howRegularly = options('LA6270-8', 'LA18933-4', 'LA18876-5', 'LA18891-4', 'LA18934-2')
/** No; yes, but not in the last year; yes, in the last year. */
const ever = scored(0, 2, 4)

const consumption: readonly InstrumentItem[] = [
  { code: '68518-0', topic: 'how often', answers: howOften },
  { code: '68519-8', topic: 'how much on a typical day', answers: howMany },
  { code: '68520-6', topic: 'six or more on one occasion', answers: howRegularly },
]
const licence = { wording: true, notice: 'An instrument of the World Health Organization, in the public domain.' }

export const audit: Instrument = {
  id: 'audit',
  name: 'AUDIT',
  version: '1',
  panel: '72110-0',
  questionnaires: ['http://loinc.org/q/72110-0'],
  answers: howRegularly,
  items: [
    ...consumption,
    { code: '97734-8', topic: 'could not stop' },
    { code: '97735-5', topic: 'failed what was expected' },
    { code: '97736-3', topic: 'drink in the morning' },
    { code: '97737-1', topic: 'guilt' },
    { code: '97738-9', topic: 'memory loss' },
    { code: '97739-7', topic: 'injury', answers: ever },
    { code: '97740-5', topic: 'concern of others', answers: ever },
  ],
  scoring: {
    method: 'sum',
    code: '75624-7',
    min: 0,
    max: 40,
    bands: [
      { min: 0, code: 'low' },
      { min: 8, code: 'hazardous' },
      { min: 16, code: 'harmful' },
      { min: 20, code: 'possible-dependence' },
    ],
    positive: { total: 8 },
  },
  risks: [],
  needs: [
    { when: { total: 16 }, domain: 'substance', category: 'alcohol-use', text: 'Harmful use of alcohol', severity: 'severe' },
    { when: { total: 8 }, domain: 'substance', category: 'alcohol-use', text: 'Hazardous use of alcohol' },
  ],
  sensitivity: 'ETHUD',
  licence,
}

const cut = (min: number) => [
  { min: 0, code: 'negative' },
  { min, code: 'positive' },
]

/** Women are positive from 3, men from 4. Of whom it is not known the lower cut counts, and the band says which one was met. */
export const auditC: Instrument = {
  id: 'audit-c',
  name: 'AUDIT-C',
  version: '2',
  panel: '72109-2',
  questionnaires: ['http://loinc.org/q/72109-2'],
  answers: howRegularly,
  items: consumption,
  scoring: {
    method: 'sum',
    code: '75626-2',
    mistaken: ['75624-7', '76504-0'],
    min: 0,
    max: 12,
    bands: [
      { min: 0, code: 'negative' },
      { min: 3, code: 'positive-lower-cut' },
      { min: 4, code: 'positive' },
    ],
    positive: { total: 3 },
    bySex: {
      male: { bands: cut(4), positive: { total: 4 } },
      female: { bands: cut(3), positive: { total: 3 } },
    },
  },
  risks: [],
  needs: [{ when: { result: 'positive' }, domain: 'substance', category: 'alcohol-use', text: 'Hazardous use of alcohol' }],
  sensitivity: 'ETHUD',
  licence,
}
