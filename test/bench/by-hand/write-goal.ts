/** A goal as a Goal, written by hand: afresh, or onto one that stands already. */
import type * as fhir from '@medplum/fhirtypes'
import type { Acceptance, Goal, Measure, MeasureTrend, Progress } from '../../../src/domain/goal.ts'
import { decimal } from '../../../src/lens/codecs.ts'
import { equal } from '../../../src/lens/equal.ts'
import { setAnyIn, writeAny } from './any-value.ts'
import { readIdentifier } from './checks.ts'
import { find } from './extensions.ts'
import { achievement, detailOf, priority, readAcceptance, readMeasure, readProgress, readTrend, saysWords, url } from './goal.ts'
import { writeLabels } from './labels.ts'
import { pointing, refer, writeIds, writeTerm } from './references.ts'
import { list, type Maybe, named, said, setExtension, unlessSame, writeCoding, writeConcept, writeIdentifier } from './writes.ts'

const byHandle = (value: { readonly handle?: string | undefined }): string => value.handle ?? ''

function writeMeasure(value: Measure, prior?: fhir.GoalTarget): fhir.GoalTarget {
  const { code, baseline, target } = value as Partial<Extract<Measure, { code: unknown }>>
  const { quantity, range, concept, boolean, integer, string } = writeAny(target, detailOf(prior ?? {}))
  const [first, ...others] = prior?.measure?.coding ?? []
  return named(
    said<fhir.GoalTarget>({
      ...prior,
      extension: setAnyIn(prior?.extension, url.baseline, baseline),
      measure: code && { ...prior?.measure, coding: [writeCoding(code, first), ...others] },
      detailQuantity: quantity,
      detailRange: range,
      detailCodeableConcept: concept,
      detailBoolean: boolean,
      detailInteger: integer,
      detailString: string,
      ...(target !== undefined && { detailRatio: undefined }),
      dueDate: value.dueOn,
      ...(value.dueOn !== undefined && { dueDuration: undefined }),
    } as Maybe<fhir.GoalTarget>),
    value.handle,
  )
}

function writeAcceptance(value: Acceptance, prior?: fhir.Extension): fhir.Extension {
  const reference = find(prior?.extension, 'individual')?.valueReference
  const party = reference?.reference === value.party ? reference : { ...reference, reference: value.party }
  let inner = setExtension(prior?.extension, 'individual', 'valueReference', party)
  inner = setExtension(inner, 'status', 'valueCode', value.status)
  inner = setExtension(inner, url.acceptedAt, 'valueDateTime', value.at)
  inner = setExtension(inner, url.acceptanceNote, 'valueString', value.note)
  return { ...prior, url: url.acceptance, extension: inner! }
}

function writeProgress(value: Progress, prior?: fhir.Annotation): fhir.Annotation {
  const facts = find(prior?.extension, url.progress)?.extension
  const source = find(facts, 'source')?.valueReference
  let inner = setAnyIn(facts, 'value', value.value)
  inner = setExtension(inner, 'note', 'valueString', value.note)
  inner = setExtension(inner, 'source', 'valueReference', refer('Observation', value.source, source))
  const extension = setExtension(prior?.extension, url.progress, 'extension', inner)
  return named(said<fhir.Annotation>({ ...prior, extension, time: value.at, text: value.note ?? 'progress' }), value.handle)
}

const exactly = (value: string | undefined): number | undefined =>
  value === undefined ? undefined : decimal.write(value, undefined)

function writeTrend(value: MeasureTrend, prior?: fhir.Extension): fhir.Extension {
  const measure = writeCoding(value.measure, find(prior?.extension, 'measure')?.valueCoding)
  let inner = setExtension(prior?.extension, 'measure', 'valueCoding', measure)
  inner = setExtension(inner, 'trend', 'valueCode', value.trend)
  inner = setExtension(inner, 'latest', 'valueDecimal', exactly(value.latest))
  inner = setExtension(inner, 'delta', 'valueDecimal', exactly(value.delta))
  for (const name of ['reliableChange', 'response', 'remission'] as const)
    inner = setExtension(inner, name, 'valueBoolean', value[name])
  return { ...prior, url: url.trend, extension: inner! }
}

function writeNotes(value: Goal, now: fhir.Annotation[] | undefined): fhir.Annotation[] | undefined {
  const index = now?.findIndex(saysWords) ?? -1
  let notes = now
  if (value.clientWords === undefined) notes = index < 0 ? now : now!.toSpliced(index, 1)
  else if (index < 0) notes = [...(now ?? []), { extension: [{ url: url.words, valueBoolean: true }], text: value.clientWords }]
  else if (now![index]!.text !== value.clientWords) notes = now!.with(index, { ...now![index]!, text: value.clientWords })
  return list<fhir.Annotation, Progress>(notes, value.progress, readProgress, byHandle, writeProgress)
}

function writeExtensions(value: Goal, now: fhir.Extension[] | undefined): fhir.Extension[] | undefined {
  let all = setExtension(now, url.expressed, 'valueCode', value.expressedBy)
  all = list<fhir.Extension, Acceptance>(all, value.acceptance, readAcceptance, ({ party }) => party, writeAcceptance)
  return list<fhir.Extension, MeasureTrend>(
    all,
    value.trends,
    readTrend,
    ({ measure }) => `${measure.system}|${measure.code}`,
    writeTrend,
  )
}

export function writeGoal(value: Goal, parts?: { Goal: fhir.Goal }): { Goal: fhir.Goal } {
  const now = parts?.Goal
  const statement = writeConcept(value.statement, now?.description)
  const Goal = unlessSame<fhir.Goal>(
    {
      ...(now ?? { resourceType: 'Goal' }),
      meta: writeLabels(value, now?.meta),
      extension: writeExtensions(value, now?.extension),
      identifier: list(now?.identifier, value.identifiers, readIdentifier, byHandle, writeIdentifier),
      lifecycleStatus: value.lifecycle,
      achievementStatus: writeTerm(value.achievement, achievement, now?.achievementStatus),
      priority: writeTerm(value.priority, priority, now?.priority),
      description: equal(statement, now?.description) ? now!.description : statement,
      subject: pointing(`Patient/${value.clientId}`, now?.subject) as fhir.Goal['subject'],
      startDate: value.startOn,
      ...(value.startOn !== undefined && { startCodeableConcept: undefined }),
      target: list<fhir.GoalTarget, Measure>(now?.target, value.measures, readMeasure, byHandle, writeMeasure),
      statusReason: value.statusReason,
      addresses: writeIds(now?.addresses, value.addresses, 'Condition') as fhir.Goal['addresses'],
      note: writeNotes(value, now?.note),
    } as Maybe<fhir.Goal>,
    now,
  )
  return Goal === now ? parts! : { Goal }
}
