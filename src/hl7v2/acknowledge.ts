/**
 * The answer to an HL7 v2 message: MSH, MSA and, when it is refused, ERR.
 * https://www.hl7.eu/HL7v2x/v251/std251/ch02.html#Heading60 (chapter 2.9, message processing rules)
 *
 * AA (CA) says that what the message tells is kept and applied, AE (CE) that its text is kept with its issues, AR (CR) that it was turned
 * away whole. No answer quotes anything of a message but its header.
 */
import type { Issue, Problem, ProblemCode } from '../domain/problem.ts'
import { charsetLabel, encodeText } from './charset.ts'
import { type ErrorCode, errorCondition } from './error-condition.ts'
import { escapeText, withoutControls } from './escape.ts'
import { findHeader, type Header } from './header.ts'
import { encodingCharacters, usualSeparators } from './separators.ts'

/** What became of a message. */
export type Outcome = { readonly accepted: true } | { readonly accepted: false; readonly problem: Problem }

export interface Answer {
  readonly code: 'AA' | 'AE' | 'AR' | 'CA' | 'CE' | 'CR'
  /** The message, segments ended by CR. */
  readonly text: string
  /** False if MSH-15 and MSH-16 ask for no answer of this kind: MLLP may then stay silent. */
  readonly wanted: boolean
}

/** An issue of a message may name its error condition; others get that of the problem. */
export type AnswerIssue = Issue & { readonly condition?: ErrorCode }

/** Not the fault of what the message says: turned away whole, to be sent again or not at all. */
const rejecting: ReadonlySet<ProblemCode> = new Set([
  'not-supported',
  'unsupported-media-type',
  'too-large',
  'unauthenticated',
  'forbidden',
  'too-many-requests',
  'unavailable',
  'unexpected',
])

const mostErrors = 50
/** Longer header fields are not echoed. */
const mostEchoed = 1000

/**
 * Answers a message. A header that could not be read gives a well-formed answer with the usual separators and an empty MSA-2.
 *
 * @param by the answer's own control id (MSH-10) and its instant, UTC
 */
export function acknowledge(
  header: Header | undefined,
  outcome: Outcome,
  by: { readonly id: string; readonly at: string },
): Answer {
  const { letter, wanted } = mode(header, outcome.accepted)
  const verdict = outcome.accepted ? 'A' : rejecting.has(outcome.problem.code) ? 'R' : 'E'
  const code = `${letter}${verdict}` as const
  const separators = header?.separators ?? usualSeparators
  const echo = (n: number): string => {
    const raw = header?.msh.raw(n) ?? ''
    return raw.length > mostEchoed ? '' : withoutControls(raw)
  }
  const text = (value: string): string => escapeText(value, separators)
  const composite = (...parts: readonly string[]): string => parts.map(text).join(separators.component)
  const trigger = /^[A-Z]\d\d$/.exec(header?.trigger ?? '')?.[0]
  const structured = header?.msh.text(9, 3) !== undefined
  const type = trigger === undefined ? ['ACK'] : structured ? ['ACK', trigger, 'ACK'] : ['ACK', trigger]
  const msh = ['MSH', header?.msh.raw(2) ?? encodingCharacters(separators), echo(5), echo(6), echo(3), echo(4)]
  msh.push(hl7Time(by.at), '', composite(...type), text(by.id), echo(11) || 'P', echo(12) || '2.5.1')
  msh.push('', '', '', '', '', echo(18))
  const segments = [trimmed(msh), trimmed(['MSA', code, echo(10), outcome.accepted ? '' : text(outcome.problem.detail)])]
  if (!outcome.accepted)
    segments.push(...errors(header, outcome.problem).map((fields) => fields.map((field) => composite(...field))))
  return { code, wanted, text: segments.map((fields) => `${fields.join(separators.field)}\r`).join('') }
}

/** The bytes of an answer, in the character set that its own MSH-18 names: that of the message it answers. */
export function answerBytes(text: string): Uint8Array<ArrayBuffer> {
  return encodeText(text, charsetOf(text))
}

/** The same as the body of a response, which is written in UTF-8 where it is text. */
export function answerBody(text: string): Uint8Array<ArrayBuffer> | string {
  const label = charsetOf(text)
  return label === 'utf-8' ? text : encodeText(text, label)
}

function charsetOf(answer: string): string {
  const label = charsetLabel(findHeader(answer)?.msh.text(18) ?? 'UTF-8') ?? 'utf-8'
  return label === 'us-ascii' ? 'utf-8' : label === 'utf-16' ? 'utf-16le' : label
}

/** Whether the sender wants an answer of this kind. */
export const isWanted = (header: Header | undefined, accepted: boolean): boolean => mode(header, accepted).wanted

/** Original mode answers A?; enhanced mode (MSH-15 or MSH-16 valued) C?, or A? where only that was asked for. */
function mode(header: Header | undefined, accepted: boolean): { readonly letter: 'A' | 'C'; readonly wanted: boolean } {
  const condition = (n: number): string => {
    const value = header?.msh.text(n)?.toUpperCase() ?? ''
    return ['AL', 'NE', 'ER', 'SU'].includes(value) ? value : ''
  }
  const asked = (value: string): boolean => value === 'AL' || value === (accepted ? 'SU' : 'ER')
  const [commit, application] = [condition(15), condition(16)]
  if (commit === '' && application === '') return { letter: 'A', wanted: true }
  if (asked(commit)) return { letter: 'C', wanted: true }
  if (asked(application)) return { letter: 'A', wanted: true }
  return { letter: commit === '' ? 'A' : 'C', wanted: false }
}

/** ERR segments as lists of fields, each a list of components. ERR-1 was the place and condition before version 2.5. */
function errors(header: Header | undefined, problem: Problem): readonly (readonly (readonly string[])[])[] {
  const issues: readonly AnswerIssue[] = problem.issues.length > 0 ? problem.issues : [{ message: problem.detail }]
  const old = /^2\.[1-4]/.test(header?.version ?? '')
  const rank = (issue: Issue): number => ['error', 'warning', 'information'].indexOf(issue.severity ?? 'error')
  return issues
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, mostErrors)
    .map((issue) => {
      const { code, text } = errorCondition(issue.condition, problem.code)
      const place = placeOf(issue.path)
      const [segment = '', sequence = '', field = ''] = place
      return [
        ['ERR'],
        old ? [segment, sequence, field, code] : [],
        place,
        [code, text, 'HL70357'],
        [(issue.severity ?? 'error').charAt(0).toUpperCase()],
        [problem.code],
        [],
        [],
        [issue.message],
      ]
    })
}

const placeForm = /^([A-Z][A-Z0-9]{2})(?:\[(\d{1,5})\])?(?:-(\d{1,3})(?:\[(\d{1,5})\])?(?:\.(\d{1,3})(?:\.(\d{1,3}))?)?)?$/

/** `PID-3[2].4` as ERL: segment, its sequence, field, repetition, component, subcomponent. Other paths have no place in a message. */
function placeOf(path: string | undefined): readonly string[] {
  const match = placeForm.exec(path ?? '')
  if (!match) return []
  const [, segment = '', sequence = '1', field = '', repetition = '1', component = '', subcomponent = ''] = match
  return trimmed([segment, sequence, field, field && repetition, component, subcomponent])
}

function trimmed(parts: readonly string[]): readonly string[] {
  return parts.slice(0, parts.findLastIndex((part) => part !== '') + 1)
}

/** `2026-03-01T09:30:00.000Z` → `20260301093000.000+0000` */
function hl7Time(instant: string): string {
  return `${instant.slice(0, 23).replaceAll(/[-:T]/g, '').replace('Z', '')}+0000`
}
