/** Who changed a record last, written by hand. */
import type * as fhir from '@medplum/fhirtypes'
import type { LastChange } from '../../../src/domain/last-change.ts'
import { dateTime, needed, type Report, text } from './checks.ts'
import { find, inExtension } from './extensions.ts'
import { setExtension } from './writes.ts'

const path = {
  by: inExtension('by', 'valueString'),
  at: inExtension('at', 'valueDateTime'),
  event: inExtension('event', 'valueString'),
}

export function readLastChange({ extension }: fhir.Extension, report: Report): LastChange | undefined {
  const who = find(extension, 'by')?.valueString
  const when = find(extension, 'at')?.valueDateTime
  const by = needed(who, text(who, path.by, report), path.by, report)
  const at = needed(when, dateTime(when, path.at, report), path.at, report)
  const event = text(find(extension, 'event')?.valueString, path.event, report)
  return by === undefined || at === undefined ? undefined : { by, at, event }
}

export function writeLastChange({ by, at, event }: LastChange, now: fhir.Extension[] | undefined): fhir.Extension[] {
  const inner = setExtension(setExtension(now, 'by', 'valueString', by), 'at', 'valueDateTime', at)
  return setExtension(inner, 'event', 'valueString', event)!
}
