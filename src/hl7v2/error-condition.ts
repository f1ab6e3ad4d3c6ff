/** Message error conditions, HL7 table 0357. https://terminology.hl7.org/CodeSystem-v2-0357.html */
import type { ProblemCode } from '../domain/problem.ts'

const conditions = {
  '100': 'Segment sequence error',
  '101': 'Required field missing',
  '102': 'Data type error',
  '103': 'Table value not found',
  '104': 'Value too long',
  '199': 'Other HL7 error',
  '200': 'Unsupported message type',
  '201': 'Unsupported event code',
  '202': 'Unsupported processing id',
  '203': 'Unsupported version id',
  '204': 'Unknown key identifier',
  '205': 'Duplicate key identifier',
  '206': 'Application record locked',
  '207': 'Application error',
} as const

export type ErrorCode = keyof typeof conditions

/** The condition of a problem whose issues name none. */
const byProblem: Partial<Record<ProblemCode, ErrorCode>> = {
  unreadable: '199',
  invalid: '199',
  'not-supported': '200',
  'too-large': '104',
  conflict: '205',
  'not-found': '204',
  'unresolved-reference': '204',
}

/** Code and name for ERR-3; 207 where nothing closer is known. */
export function errorCondition(
  code: ErrorCode | undefined,
  problem: ProblemCode,
): { readonly code: ErrorCode; readonly text: string } {
  const found = code !== undefined && Object.hasOwn(conditions, code) ? code : (byProblem[problem] ?? '207')
  return { code: found, text: conditions[found] }
}
