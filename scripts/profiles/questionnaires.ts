/** The instruments as Questionnaires: codes and answers of all, wordings where the owner lets anybody show them. */
import { instruments } from '../../src/domain/instruments/index.ts'
import { answersOf, type Instrument, type InstrumentItem, linkIdOf, systemOf } from '../../src/domain/instruments/instrument.ts'
import { canonical, type Definition, definition } from './canonical.ts'

export const questionnaires = (): Definition[] => instruments.map(questionnaire)

function questionnaire(instrument: Instrument): Definition {
  const { id, name, version, panel, questionnaires: known, licence } = instrument
  const others = known.filter((url) => url !== canonical('Questionnaire', id))
  const description = licence.wording
    ? `${name}, with its wording.`
    : `${name}: codes and answers. Its wording is its owner's, and is not shown here.`
  return definition(
    'Questionnaire',
    id,
    { title: name, description },
    {
      version,
      ...(others.length > 0 && { derivedFrom: others }),
      subjectType: ['Patient'],
      copyright: licence.notice,
      code: [{ system: systemOf(panel), code: panel }],
      item: instrument.items.map((item) => itemOf(instrument, item)),
    },
  )
}

function itemOf(instrument: Instrument, item: InstrumentItem): object {
  const isShown = instrument.licence.wording
  const options = answersOf(instrument, item)
  const head = {
    linkId: linkIdOf(item),
    code: [{ system: systemOf(item.code), code: item.code }],
    ...(isShown && item.text !== undefined && { text: item.text }),
  }
  if (item.counted) return { ...head, type: 'integer' }
  if (options.length === 0) return { ...head, type: 'open-choice' }
  return {
    ...head,
    type: 'choice',
    answerOption: options.map(({ code, text, score }) => ({
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/ordinalValue', valueDecimal: score }],
      valueCoding: { system: systemOf(code), code, ...(isShown && text !== undefined && { display: text }) },
    })),
  }
}
