/** Small HL7 v2 messages of invented people, for tests and benches. */

/** Segments by name → fields by number; `{ MSH: { 11: 'T' }, PV1: undefined }` changes a field and leaves a segment out. */
export type Changes = Readonly<Record<string, Readonly<Record<number, string>> | undefined>>

/** Rosa Quintero, 41, leaves the psychiatric unit of St. Brendan's for home, at 23:40 on a Monday. */
const discharge: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  // 3, 4: who sends; 7: when; 9: discharge; 10: control id; 11: production; 12: version
  MSH: {
    2: '^~\\&',
    3: 'CAREADT',
    4: 'STBRENDAN',
    5: 'HANDOFF',
    6: 'COORD',
    7: '20250310234500-0400',
    9: 'ADT^A03^ADT_A03',
    10: 'SB-1001',
    11: 'P',
    12: '2.5.1',
  },
  EVN: { 1: 'A03', 2: '20250310234400' },
  // 3: record number and its assigning authority; 5: name; 7: born; 8: sex; 11: address; 13: telephone
  PID: {
    1: '1',
    3: '778812^^^STB&2.16.840.1.113883.19.5&ISO^MR',
    5: 'QUINTERO^ROSA^M^^^^L',
    7: '19840219',
    8: 'F',
    11: '14 HARBOR ST^APT 3^TOLEDO^OH^43604^USA^H',
    13: '^PRN^PH^^1^419^5550142',
  },
  // 2: inpatient; 3: where; 7: attending; 10: service; 19: visit number; 36: to home; 44, 45: admitted, discharged (no offset: local)
  PV1: {
    1: '1',
    2: 'I',
    3: 'PSY4^412^B^STB',
    7: '1871500000^OKAFOR^NNAMDI^^^DR^MD^^NPI^L^^^NPI',
    10: 'PSY',
    19: 'V90017^^^STB',
    36: '01',
    44: '20250302081500',
    45: '20250310234000',
  },
  PV2: { 3: '^suicidal ideation' },
  // 3: code; 6: final; 15: the principal one
  DG1: { 1: '1', 3: 'F32.2^Major depressive disorder, single episode, severe^I10C', 6: 'F', 15: '1' },
}

/** The discharge above with some fields changed, segments ended by CR. */
export function dischargeMessage(changes: Changes = {}): string {
  const names = [...new Set([...Object.keys(discharge), ...Object.keys(changes)])]
  const segments = names.filter((name) => !(name in changes) || changes[name] !== undefined)
  return segments.map((name) => `${segmentText(name, { ...discharge[name], ...changes[name] })}\r`).join('')
}

/** `PV1||I|…` from fields by number. */
export function segmentText(name: string, fields: Readonly<Record<number, string>>): string {
  const last = Math.max(0, ...Object.keys(fields).map(Number))
  // MSH-1 is the separator itself
  const first = name === 'MSH' ? 2 : 1
  const values = Array.from({ length: last - first + 1 }, (_, i) => fields[i + first] ?? '')
  return [name, ...values].join('|')
}

export const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

/** One byte for each character: ISO-8859-1. */
export const latin1 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (character) => character.charCodeAt(0))
