/**
 * Records results of a client here: what a known screening asks becomes an assessment, all else an Observation. One order is one set of
 * results, in whatever order its messages come; nobody is made.
 */
import type { CodeableConcept, Observation, QuestionnaireResponse, Resource } from '@medplum/fhirtypes'
import assessmentMapping from '../../../mappings/assessment.questionnaire-response.ts'
import type { OrderReading, ResultReading, ResultsReading } from '../../../mappings/hl7v2/results.ts'
import { assess } from '../../domain/assess.ts'
import type { Concept } from '../../domain/kernel.ts'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import { type Screening, screeningIn } from '../../domain/screening-results.ts'
import { saidAt } from '../../domain/visit.ts'
import { exactNumber } from '../../fhir/number.ts'
import type { Change, Put } from '../../store/change.ts'
import { ask, type Steps, write } from '../../store/store.ts'
import { clientWith } from '../clients/client-facts.ts'
import { consequences } from '../collections/consequences.ts'
import type { Context } from '../context.ts'
import { derivedId } from '../derived-id.ts'
import { nextOf, storedValue } from '../next-version.ts'
import { readAs } from '../read-as.ts'
import { certainClient } from './match-discharge.ts'
import type { RecordedPerson } from './record-person.ts'

/** Everything is written when it answers. */
export function* recordResults(
  ctx: Context,
  reading: ResultsReading,
  receivedAt: string,
  at: string,
): Steps<Result<RecordedPerson>> {
  const client = yield* certainClient(reading.patient.identifiers)
  if (!client.ok) return client
  const subject = `Patient/${client.value}`
  const said = saidAt(reading, receivedAt)
  const issues: Issue[] = []
  const puts: Put[] = []
  const words: Change[] = []
  for (const [i, order] of reading.orders.entries()) {
    const key = keyOf(order, reading, i, client.value)
    const last = yield* ask({ ask: 'record', kind: 'results', key })
    if (last !== undefined && last > said) {
      issues.push({ path: 'MSH-7', message: 'a later message has told of these results; left as they are', severity: 'warning' })
      continue
    }
    words.push({ change: 'remember', kind: 'results', key, text: said })
    const screening = screeningIn(order.results, order.service)
    if (screening.faults.length > 0)
      return fail('unreadable', 'The screening has answers that are none of its own.', { issues: screening.faults })
    const found =
      screening.items.length > 0 || screening.withdrawn
        ? yield* assessmentOf(key, client.value, order, screening, reading, receivedAt, at)
        : []
    puts.push(...found)
    for (const one of screening.others) {
      const id = derivedId('obs', key, nameOf(one.code), one.sub ?? '')
      const current = yield* ask({ ask: 'resource', type: 'Observation', id })
      puts.push(nextOf(observationOf(one, order, subject), id, current, at))
    }
  }
  yield* write(...words, ...puts)
  const then = yield* consequences(ctx, puts, at)
  if (!then.ok) return then
  return ok({ about: [subject, ...new Set([...puts, ...then.value].map(({ type, id }) => `${type}/${id}`))], issues })
}

/** What a concept is called by for good: its first code, whatever is shown for it. */
const nameOf = ({ codings: [first], text }: Concept = { codings: [] }): string =>
  first ? `${first.system ?? ''}|${first.code ?? ''}` : (text ?? '')

/** One order of one client, for ever; without a number, by what was done when. */
function keyOf({ number, service, at }: OrderReading, { messageId }: ResultsReading, i: number, clientId: string): string {
  if (number) return derivedId('ord', clientId, number.system ?? '', number.value ?? '', nameOf(service))
  return at === undefined ? derivedId('ord', clientId, messageId, String(i)) : derivedId('ord', clientId, at, nameOf(service))
}

function* assessmentOf(
  key: string,
  clientId: string,
  { number, at: doneAt, results }: OrderReading,
  { instrument, items, open, withdrawn }: Screening,
  { sentAt }: ResultsReading,
  receivedAt: string,
  at: string,
): Steps<readonly Put[]> {
  const id = derivedId('asm', key)
  const current = yield* ask({ ask: 'resource', type: 'QuestionnaireResponse', id })
  const held = storedValue<QuestionnaireResponse>(current)
  const before = readAs(assessmentMapping, held)
  if (before ? before.state === 'entered-in-error' : withdrawn) return []
  const when = doneAt ?? results.find((one) => one.at !== undefined)?.at ?? sentAt ?? receivedAt
  const corrected = before && before.state !== 'in-progress' && before.state !== 'planned'
  const value = assess(
    {
      ...(before ?? { sensitivity: [], legalBasis: [], scores: [], riskFindings: [], needsDerived: [] }),
      identifiers: number ? [number] : (before?.identifiers ?? []),
      clientId,
      kind: 'instrument',
      instrument: { id: instrument!.id, version: instrument!.version, questionnaire: instrument!.questionnaires[0] },
      administeredAt: when,
      mode: 'imported',
      respondent: 'client',
      items: withdrawn ? before!.items : items,
      state: withdrawn ? 'entered-in-error' : corrected ? 'amended' : open ? 'in-progress' : 'completed',
      ...(!open && { completedAt: when }),
    },
    before ?? { scores: [], riskFindings: [] },
    at,
    (yield* clientWith(clientId))?.sexForScoring,
  )
  const { QuestionnaireResponse } = assessmentMapping.write(value, {
    QuestionnaireResponse: held ?? assessmentMapping.blank.QuestionnaireResponse,
  })
  return QuestionnaireResponse === held ? [] : [nextOf(QuestionnaireResponse as Resource, id, current, at)]
}

const codeable = ({ codings, text }: Concept): CodeableConcept => ({
  ...(codings.length > 0 && { coding: codings.map((one) => ({ ...one })) as NonNullable<CodeableConcept['coding']> }),
  ...(text !== undefined && { text }),
})

function observationOf({ code, value, asked, status, at, interpretation }: ResultReading, order: OrderReading, subject: string) {
  const effective = at ?? order.at
  const absent = {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: asked ? 'unknown' : 'not-asked' }],
  }
  const observation: Observation = {
    resourceType: 'Observation',
    ...(order.number && { identifier: [{ system: order.number.system!, value: order.number.value! }] }),
    status,
    code: codeable(code),
    subject: { reference: subject },
    ...(effective !== undefined && { effectiveDateTime: effective }),
    ...(interpretation.length > 0 && { interpretation: interpretation.map(codeable) }),
    ...(value === undefined && { dataAbsentReason: absent }),
    ...(value && 'text' in value && { valueString: value.text }),
    ...(value && 'at' in value && { valueDateTime: value.at }),
    ...(value && 'concept' in value && { valueCodeableConcept: codeable(value.concept) }),
    ...(value && 'number' in value && { valueQuantity: quantity(value.number, value.unit) }),
  }
  return observation
}

function quantity(digits: string, unit: Concept | undefined): NonNullable<Observation['valueQuantity']> {
  const [coding] = unit?.codings ?? []
  const named = coding?.display ?? unit?.text ?? coding?.code
  const isUcum = coding?.system === 'http://unitsofmeasure.org'
  return {
    value: exactNumber(digits) as number,
    ...(named !== undefined && { unit: named }),
    ...(isUcum && { system: coding.system!, code: coding.code! }),
  }
}
