/** What answers and diagnoses speak of becomes a need that nobody has confirmed, once, with its evidence. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { event, gatewayWith, marisol, put, say, sdoh } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol)
})
afterEach(() => gateway.stop())

const loinc = 'http://loinc.org'
const own = 'https://warm-handoff.example/fhir/CodeSystem/need-category'
const icd10 = 'http://hl7.org/fhir/sid/icd-10-cm'
type Answers = Readonly<Record<string, string | readonly string[]>>

const screened = async (instrument: string, answers: Answers, client = 'cli-marisol') => {
  const items = Object.entries(answers).map(([code, given]) => ({
    linkId: `/${code}`,
    answers: [given].flat().map((one) => ({ coding: { system: loinc, code: one } })),
  }))
  const made = await say(gateway, 'POST', '/coordination/assessments', {
    ...{ clientId: client, kind: 'instrument', instrument: { id: instrument }, mode: 'in-person', respondent: 'client' },
    ...{ administeredAt: '2026-03-02T10:00:00-05:00', items },
  })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  await event(gateway, `assessments/${made.body.id}`, 'start')
  return event(gateway, `assessments/${made.body.id}`, 'complete')
}
const needs = async () => (await say(gateway, 'GET', '/coordination/needs?client=cli-marisol')).body.items
const categories = async () => (await needs()).map(({ category }: { category: { code: string } }) => category.code).toSorted()

const phqItems = ['44250-9', '44255-8', '44259-0', '44254-1', '44251-7', '44258-2', '44252-5', '44253-3', '44260-8']
/** So many of nine items answered with "more than half the days", the others with "not at all". */
const phq9 = (many: number): Answers => Object.fromEntries(phqItems.map((code, i) => [code, i < many ? 'LA6570-1' : 'LA6568-5']))
const safe = { '95618-5': 'LA6270-8', '95617-7': 'LA6270-8', '95616-9': 'LA6270-8', '95615-1': 'LA6270-8' }
const housed = {
  ...safe,
  '71802-3': 'LA31993-1',
  '96778-6': 'LA9-3',
  '88123-5': 'LA28398-8',
  '93030-5': 'LA32-8',
  '96779-4': 'LA32-8',
}

describe('a screening', () => {
  it('of social needs proposes one for each, restricted as the answers are', async () => {
    const assessment = await screened('ahc-hrsn', {
      ...{ ...housed, '71802-3': 'LA31995-6', '96778-6': ['LA28580-1', 'LA31998-0'] },
      ...{ '88122-7': 'LA6729-3', '93030-5': 'LA33-6', '96779-4': 'LA32002-0' },
    })
    expect(await categories()).toEqual([
      ...['food-insecurity', 'homelessness', 'inadequate-housing', 'transportation-insecurity', 'utility-insecurity'],
    ])
    const [one, ...others] = await needs()
    expect(one).toMatchObject({
      ...{ domain: 'sdoh', category: { system: sdoh }, state: 'suspected', verification: 'unconfirmed' },
      ...{ assertedBy: 'algorithm', clientView: 'not-asked', evidence: [{ id: assessment.id }], sensitivity: ['SDV'] },
    })
    const ids = [one, ...others].map(({ id }: { id: string }) => id)
    expect(assessment.needsDerived.toSorted()).toEqual(ids.toSorted())
    const found = await say(gateway, 'GET', `/fhir/Condition?evidence-detail=QuestionnaireResponse/${assessment.id}`)
    expect(found.body.entry).toHaveLength(5)
  })

  it('that finds nothing proposes nothing', async () => {
    expect(await screened('ahc-hrsn', { ...housed, '88122-7': 'LA28398-8' })).toMatchObject({
      result: 'negative',
      needsDerived: [],
    })
    expect(await screened('phq-9', phq9(4))).toMatchObject({ band: { code: 'mild' } })
    expect(await needs()).toEqual([])
  })

  it('PRAPARE: several answers to one question are several needs; one LOINC item is read by its instrument', async () => {
    await screened('prapare', { '93031-3': ['LA30125-1', 'LA30124-4', 'LA30126-9'], '71802-3': 'LA30189-7', '76501-6': 'LA33-6' })
    expect(await categories()).toEqual([
      ...['food-insecurity', 'intimate-partner-violence', 'material-hardship', 'utility-insecurity'],
    ])
  })

  it.each([
    [5, 'moderate', 'moderate'],
    [8, 'moderately-severe', 'severe'],
  ])('PHQ-9, %i items: %s depression is a need of severity %s', async (many, band, severity) => {
    expect((await screened('phq-9', phq9(many))).band.code).toBe(band)
    const [need, ...more] = await needs()
    expect(need).toMatchObject({
      domain: 'clinical',
      category: { system: own, code: 'depression' },
      severity,
      state: 'suspected',
    })
    expect(more).toEqual([])
  })

  it('a second one adds its evidence to the need that is open, and does not bring back what the client declined', async () => {
    const first = await screened('phq-9', phq9(5))
    const [need] = await needs()
    await event(gateway, `needs/${need.id}`, 'confirm')
    const second = await screened('phq-9', phq9(8))
    expect(second.needsDerived).toEqual([])
    const [same, ...more] = await needs()
    expect(more).toEqual([])
    expect(same).toMatchObject({ id: need.id, state: 'confirmed', severity: 'moderate' })
    expect(same.evidence).toEqual([{ id: first.id }, { id: second.id }])
    await event(gateway, `needs/${need.id}`, 'decline', { reason: 'Not now' })
    await screened('phq-9', phq9(5))
    expect(await needs()).toHaveLength(1)
    // Once it was met, a new finding is a new need.
    await event(gateway, `needs/${need.id}`, 'confirm')
    await event(gateway, `needs/${need.id}`, 'resolve')
    await screened('phq-9', phq9(5))
    expect(await needs()).toHaveLength(2)
  })

  it('entered in error takes back what nobody has confirmed', async () => {
    const wrong = await screened('phq-9', phq9(5))
    await event(gateway, `assessments/${wrong.id}`, 'mark-error')
    expect(await needs()).toMatchObject([{ state: 'entered-in-error' }])
  })

  it('that an EHR writes on /fhir proposes, too; one of years ago does not', async () => {
    const theirs = (id: string, authored: string) => ({
      ...{ resourceType: 'QuestionnaireResponse', id, status: 'completed', authored },
      ...{ questionnaire: `${loinc}/q/44249-1`, subject: { reference: 'Patient/cli-marisol' } },
      item: phqItems.map((code) => ({
        linkId: `/${code}`,
        answer: [{ valueCoding: { system: loinc, code: code === '44260-8' ? 'LA6568-5' : 'LA6570-1' } }],
      })),
    })
    await put(gateway, theirs('old', '2019-03-01T10:00:00Z'))
    expect(await needs()).toEqual([])
    await put(gateway, theirs('theirs', '2026-03-01T10:00:00Z'))
    expect(await needs()).toMatchObject([{ category: { code: 'depression' }, evidence: [{ id: 'theirs' }] }])
  })
})

it('of tobacco proposes one for whoever smokes, and labels it so', async () => {
  expect(await screened('smoking-status', { '72166-2': 'LA15920-4' })).toMatchObject({ result: 'negative' })
  expect(await categories()).toEqual([])
  expect(await screened('smoking-status', { '72166-2': 'LA18977-1' })).toMatchObject({
    result: 'positive',
    sensitivity: ['TBOO'],
  })
  expect(await needs()).toMatchObject([{ category: { code: 'tobacco-use' }, sensitivity: ['TBOO'] }])
})

describe('the cut of the AUDIT-C', () => {
  const three = { '68518-0': 'LA18926-8', '68519-8': 'LA15695-2', '68520-6': 'LA18933-4' }
  const sex = (code: string) => ({
    ...marisol,
    extension: [
      ...marisol.extension,
      { url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex', valueCode: code },
    ],
  })
  it.each([
    ['M', 'negative', 'negative', 'audit-c@2/male'],
    ['F', 'positive', 'positive', 'audit-c@2/female'],
    ['UNK', 'positive', 'positive-lower-cut', 'audit-c@2'],
  ])('of %s: three points are %s', async (code, result, band, ruleVersion) => {
    await put(gateway, sex(code))
    expect(await screened('audit-c', three)).toMatchObject({ result, band: { code: band, ruleVersion } })
    expect(await categories()).toEqual(result === 'positive' ? ['alcohol-use'] : [])
  })
})

describe('a discharge', () => {
  const left = (diagnoses: readonly object[]) =>
    say(gateway, 'POST', '/coordination/discharges', {
      ...{ clientId: 'cli-marisol', encounterClass: 'inpatient-acute-psych', facility: { id: 'org-st-brendan' } },
      ...{ admittedAt: '2026-02-20T10:00:00-05:00', dischargedAt: '2026-03-02T10:00:00-05:00', timeZone: 'America/New_York' },
      diagnoses: diagnoses.map((code) => ({ code })),
    })

  it('with social diagnoses proposes those needs, with the codes as they are', async () => {
    const { body, status } = await left([
      { codings: [{ system: icd10, code: 'F32.2' }], text: 'Depression' },
      { codings: [{ system: icd10, code: 'Z59.02', display: 'Unsheltered homelessness' }] },
      { codings: [{ system: icd10, code: 'Z59.41' }], text: 'Food insecurity' },
      { codings: [{ system: icd10, code: 'Z65.8' }], text: 'Something else' },
    ])
    expect(status).toBe(201)
    expect(await categories()).toEqual(['food-insecurity', 'homelessness', 'sdoh-category-unspecified'])
    const home = (await needs()).find(({ category }: { category: { code: string } }) => category.code === 'homelessness')
    expect(home).toMatchObject({
      ...{ assertedBy: 'external', state: 'suspected', clientView: 'not-asked' },
      code: { codings: [{ system: icd10, code: 'Z59.02' }], text: 'Unsheltered homelessness' },
      evidence: [{ type: 'Condition', id: body.diagnoses[1].id }],
    })
    // The next stay says the same.
    await left([{ codings: [{ system: icd10, code: 'Z59.01' }] }])
    expect(await needs()).toHaveLength(3)
  })
})
