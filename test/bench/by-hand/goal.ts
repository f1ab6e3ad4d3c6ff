/** Goal ↔ Goal, written by hand: all rows of `mappings/goal.goal.ts`, with its checks and warnings. */
import type * as fhir from '@medplum/fhirtypes'
import { core, local } from '../../../mappings/shared/extension.ts'
import type { Acceptance, Goal, Measure, MeasureTrend, Progress } from '../../../src/domain/goal.ts'
import { achievements, expressers, lifecycles } from '../../../src/domain/goal.ts'
import { trends } from '../../../src/domain/trend.ts'
import { codeTable } from '../../../src/lens/code-table.ts'
import { handleOf } from '../../../src/lens/handle.ts'
import type { Reading } from '../../../src/lens/mapping.ts'
import { readAny, readAnyIn } from './any-value.ts'
import {
  at,
  bool,
  code,
  date,
  dateTime,
  digits,
  items,
  known,
  part,
  type Report,
  readCoding,
  readConcept,
  readIdentifier,
  text,
  warn,
} from './checks.ts'
import { find } from './extensions.ts'
import { readLabels } from './labels.ts'
import { idIn, idsIn, termIn } from './references.ts'

export const url = {
  expressed: local('expressed-by'),
  acceptance: core('goal-acceptance'),
  acceptedAt: local('acceptance-at'),
  acceptanceNote: local('acceptance-note'),
  words: local('client-words'),
  progress: local('goal-progress'),
  trend: local('measure-trend'),
  baseline: local('baseline'),
}
export const priority = codeTable('http://terminology.hl7.org/CodeSystem/goal-priority', [
  ['high-priority', 'high'],
  ['medium-priority', 'medium'],
  ['low-priority', 'low'],
])
export const achievement = codeTable(
  'http://terminology.hl7.org/CodeSystem/goal-achievement',
  achievements.map((word) => [word, word] as const),
)
const speakers = known(...expressers)
const stages = known(...lifecycles)
const answers = known('agree', 'disagree', 'pending')
const ways = known(...trends)
const place = (of: string, member: string): string => `extension.where(${JSON.stringify({ url: of })})${member}`

const otherwise = (path: string, report: Report) => warn(report, path, 'of a type that is not read here')

export const detailOf = (raw: fhir.GoalTarget) => ({
  quantity: raw.detailQuantity,
  range: raw.detailRange,
  concept: raw.detailCodeableConcept,
  boolean: raw.detailBoolean,
  integer: raw.detailInteger,
  string: raw.detailString,
})

export function readMeasure(raw: fhir.GoalTarget, report: Report): Measure | undefined {
  const first = Array.isArray(raw.measure?.coding) ? raw.measure.coding.find((one) => one !== null) : undefined
  const target = readAny(detailOf(raw), 'detail', report)
  if (target === undefined && raw.detailRatio !== undefined) otherwise('detailRatio', report)
  const dueOn = date(raw.dueDate, 'dueDate', report)
  if (dueOn === undefined && raw.dueDuration !== undefined) otherwise('dueDuration', report)
  const coding = part(first, readCoding, 'measure.coding.where({})', report)
  if (coding === undefined && (dueOn === undefined || raw.measure !== undefined))
    return warn(report, '', 'expected a coded measure or a date')
  return {
    handle: handleOf(raw),
    code: coding,
    baseline: readAnyIn(raw.extension, url.baseline, report),
    target,
    dueOn,
  } as Measure
}

export function readAcceptance(raw: fhir.Extension, report: Report): Acceptance | undefined {
  if (raw.url !== url.acceptance) return undefined
  const inner = raw.extension
  const party = text(
    find(inner, 'individual')?.valueReference?.reference,
    place('individual', '.valueReference.reference'),
    report,
  )
  const value = {
    status: code<NonNullable<Acceptance['status']>>(
      find(inner, 'status')?.valueCode,
      answers,
      place('status', '.valueCode'),
      report,
    ),
    at: dateTime(find(inner, url.acceptedAt)?.valueDateTime, place(url.acceptedAt, '.valueDateTime'), report),
    note: text(find(inner, url.acceptanceNote)?.valueString, place(url.acceptanceNote, '.valueString'), report),
  }
  return party === undefined
    ? warn(report, place('individual', '.valueReference.reference'), 'is required here')
    : { party, ...value }
}

export function readProgress(raw: fhir.Annotation, report: Report): Progress | undefined {
  const facts = Array.isArray(raw.extension) ? raw.extension.find((one) => one?.url === url.progress) : undefined
  if (facts === undefined) return undefined
  const inner = facts.extension
  const when = dateTime(raw.time, 'time', report)
  const from = report.length
  const value = {
    value: readAnyIn(inner, 'value', report),
    note: text(find(inner, 'note')?.valueString, place('note', '.valueString'), report),
    source: idIn(find(inner, 'source')?.valueReference, 'Observation', place('source', '.valueReference'), report),
  }
  if (report.length > from) at(place(url.progress, ''), report, from)
  return when === undefined ? warn(report, 'time', 'is required here') : { handle: handleOf(raw), at: when, ...value }
}

export function readTrend(raw: fhir.Extension, report: Report): MeasureTrend | undefined {
  if (raw.url !== url.trend) return undefined
  const inner = raw.extension
  const measure = part(find(inner, 'measure')?.valueCoding, readCoding, place('measure', '.valueCoding'), report)
  const trend = code<MeasureTrend['trend']>(find(inner, 'trend')?.valueCode, ways, place('trend', '.valueCode'), report)
  const flag = (name: string) => bool(find(inner, name)?.valueBoolean, place(name, '.valueBoolean'), report)
  const number = (name: string) => digits(find(inner, name)?.valueDecimal, place(name, '.valueDecimal'), report)
  const value = {
    latest: number('latest'),
    delta: number('delta'),
    reliableChange: flag('reliableChange'),
    response: flag('response'),
    remission: flag('remission'),
  }
  return measure === undefined || trend === undefined ? undefined : { measure, trend, ...value }
}

export const saysWords = (note: fhir.Annotation): boolean =>
  note?.extension?.some((one) => one?.url === url.words && one.valueBoolean === true) === true

export function readGoal({ Goal: g }: { Goal: fhir.Goal }): Reading<Goal> {
  const report: Report = []
  const clientId = idIn(g.subject, 'Patient', 'subject', report)
  const statement = part(g.description, readConcept, 'description', report)
  const lifecycle = code<Goal['lifecycle']>(g.lifecycleStatus, stages, 'lifecycleStatus', report)
  if (clientId === undefined || statement === undefined || lifecycle === undefined) return { ok: false, issues: report }
  const startOn = date(g.startDate, 'startDate', report)
  if (startOn === undefined && g.startCodeableConcept !== undefined) otherwise('startCodeableConcept', report)
  const expressed = find(g.extension, url.expressed)?.valueCode
  const value: Goal = {
    identifiers: items(g.identifier, readIdentifier, 'identifier', report),
    clientId,
    statement,
    clientWords: g.note && text(g.note.find(saysWords)?.text, 'note.text', report),
    addresses: idsIn(g.addresses, 'Condition', 'addresses', report),
    expressedBy: code<NonNullable<Goal['expressedBy']>>(expressed, speakers, place(url.expressed, '.valueCode'), report),
    acceptance: items(g.extension, readAcceptance, 'extension', report),
    measures: items(g.target, readMeasure, 'target', report),
    priority: termIn(g.priority, priority, 'priority', report),
    startOn,
    achievement: termIn(g.achievementStatus, achievement, 'achievementStatus', report),
    progress: items(g.note, readProgress, 'note', report),
    trends: items(g.extension, readTrend, 'extension', report),
    statusReason: text(g.statusReason, 'statusReason', report),
    ...readLabels(g.meta, report),
    lifecycle,
  }
  if (report.length > 0) at('Goal', report, 0)
  return { ok: true, value, warnings: report }
}
