/** What an assessment came to, by hand: its scores, band, risk findings and the needs derived from it, each an extension. */
import type * as fhir from '@medplum/fhirtypes'
import { local } from '../../../mappings/shared/extension.ts'
import type { Assessment, RiskFinding, Score } from '../../../src/domain/assessment.ts'
import { riskLevels } from '../../../src/domain/instruments/instrument.ts'
import { decimal } from '../../../src/lens/codecs.ts'
import { bool, code, dateTime, digits, items, known, needed, part, type Report, readCoding, text, whole } from './checks.ts'
import { find, inExtension } from './extensions.ts'
import { idIn, pointing } from './references.ts'
import { list, setExtension, writeCoding } from './writes.ts'

export const url = {
  score: local('score'),
  band: local('band'),
  finding: local('risk-finding'),
  derived: local('need-derived'),
}
const levels = known(...riskLevels)
const inText = (name: string): string => inExtension(name, 'valueString')
const path = {
  ...{
    key: inText('key'),
    variant: inText('variant'),
    version: inText('ruleVersion'),
    band: inText('code'),
    rule: inText('ruleId'),
  },
  code: inExtension('code', 'valueCoding'),
  ...{ value: inExtension('value', 'valueDecimal'), received: inExtension('receivedValue', 'valueDecimal') },
  ...{ min: inExtension('min', 'valueInteger'), max: inExtension('max', 'valueInteger') },
  complete: inExtension('complete', 'valueBoolean'),
  level: inExtension('level', 'valueCode'),
  at: inExtension('at', 'valueDateTime'),
}

function neededText(inner: fhir.Extension[] | undefined, name: string, where: string, report: Report): string | undefined {
  const raw = find(inner, name)?.valueString
  return needed(raw, text(raw, where, report), where, report)
}

export function readScore(raw: fhir.Extension, report: Report): Score | undefined {
  if (raw.url !== url.score) return undefined
  const inner = raw.extension
  const key = neededText(inner, 'key', path.key, report)
  const value = {
    code: part(find(inner, 'code')?.valueCoding, readCoding, path.code, report),
    value: digits(find(inner, 'value')?.valueDecimal, path.value, report),
    receivedValue: digits(find(inner, 'receivedValue')?.valueDecimal, path.received, report),
    variant: text(find(inner, 'variant')?.valueString, path.variant, report),
    min: whole(find(inner, 'min')?.valueInteger, path.min, report),
    max: whole(find(inner, 'max')?.valueInteger, path.max, report),
    complete: bool(find(inner, 'complete')?.valueBoolean, path.complete, report),
    ruleVersion: text(find(inner, 'ruleVersion')?.valueString, path.version, report),
  }
  return key === undefined ? undefined : { key, ...value }
}

const exactly = (value: string | undefined): number | undefined =>
  value === undefined ? undefined : decimal.write(value, undefined)

export function writeScore(value: Score, prior?: fhir.Extension): fhir.Extension {
  const coding = value.code && writeCoding(value.code, find(prior?.extension, 'code')?.valueCoding)
  let inner = setExtension(prior?.extension, 'key', 'valueString', value.key)
  inner = setExtension(inner, 'code', 'valueCoding', coding)
  inner = setExtension(inner, 'value', 'valueDecimal', exactly(value.value))
  inner = setExtension(inner, 'receivedValue', 'valueDecimal', exactly(value.receivedValue))
  inner = setExtension(inner, 'variant', 'valueString', value.variant)
  inner = setExtension(inner, 'min', 'valueInteger', value.min)
  inner = setExtension(inner, 'max', 'valueInteger', value.max)
  inner = setExtension(inner, 'complete', 'valueBoolean', value.complete)
  inner = setExtension(inner, 'ruleVersion', 'valueString', value.ruleVersion)
  return { ...prior, url: url.score, extension: inner! }
}

type Band = NonNullable<Assessment['band']>

export function readBand(raw: fhir.Extension, report: Report): Band | undefined {
  const name = neededText(raw.extension, 'code', path.band, report)
  const ruleVersion = neededText(raw.extension, 'ruleVersion', path.version, report)
  return name === undefined || ruleVersion === undefined ? undefined : { code: name, ruleVersion }
}

export function writeBand(value: Band, now: fhir.Extension[] | undefined): fhir.Extension[] {
  const inner = setExtension(now, 'code', 'valueString', value.code)
  return setExtension(inner, 'ruleVersion', 'valueString', value.ruleVersion)!
}

function itemIn(one: fhir.Extension, report: Report): string | undefined {
  if (one.url !== 'itemRef') return undefined
  return needed(one.valueString, text(one.valueString, 'valueString', report), 'valueString', report)
}

export function readFinding(raw: fhir.Extension, report: Report): RiskFinding | undefined {
  if (raw.url !== url.finding) return undefined
  const inner = raw.extension
  const said = { level: find(inner, 'level')?.valueCode, at: find(inner, 'at')?.valueDateTime }
  const ruleId = neededText(inner, 'ruleId', path.rule, report)
  const level = needed(said.level, code<RiskFinding['level']>(said.level, levels, path.level, report), path.level, report)
  const itemRefs = items(inner, itemIn, 'extension', report)
  const at = needed(said.at, dateTime(said.at, path.at, report), path.at, report)
  return ruleId === undefined || level === undefined || at === undefined ? undefined : { ruleId, level, itemRefs, at }
}

export function writeFinding(value: RiskFinding, prior?: fhir.Extension): fhir.Extension {
  let inner = setExtension(prior?.extension, 'ruleId', 'valueString', value.ruleId)
  inner = setExtension(inner, 'level', 'valueCode', value.level)
  inner = list<fhir.Extension, string>(
    inner,
    value.itemRefs,
    itemIn,
    (one) => one,
    (one, before) => ({ ...before, url: 'itemRef', valueString: one }),
  )
  inner = setExtension(inner, 'at', 'valueDateTime', value.at)
  return { ...prior, url: url.finding, extension: inner! }
}

export function derivedIn(raw: fhir.Extension, report: Report): string | undefined {
  if (raw.url !== url.derived) return undefined
  const id = idIn(raw.valueReference, 'Condition', 'valueReference', report)
  return needed(raw.valueReference, id, 'valueReference', report)
}

export const writeDerived = (id: string, prior?: fhir.Extension): fhir.Extension => ({
  ...prior,
  url: url.derived,
  valueReference: pointing(`Condition/${id}`, prior?.valueReference),
})
