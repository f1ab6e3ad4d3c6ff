/**
 * One interchange (ISA … IEA) with one transaction (ST … SE) of claims: ASC X12N/005010X222A1. The same claims make the same bytes: its time
 * is that of the newest line, its numbers follow from what it says.
 */
import type { ClaimParties } from '../domain/claim-parties.ts'
import type { Loops } from './professional-claim.ts'
import { printed, type Segment, separators } from './segment.ts'

const guide = '005010X222A1'

/** Claims of one patient that one loop 2000B, or 2000C, holds. */
const mostClaims = 100

interface Envelope {
  readonly parties: ClaimParties
  /** When the newest line was written, in UTC: `2026-03-02T15:04:05Z`. */
  readonly at: string
  /** 1 to 999999999. */
  readonly control: number
  /** For people to find it by, 50 characters at the most. */
  readonly reference: string
}

/** The text of the interchange, with its counts and control numbers. */
export function interchange(claims: readonly Loops[], { parties, at, control, reference }: Envelope): string {
  const { submitter, receiver, usage } = parties
  const [day, time] = [at.slice(0, 10).replaceAll('-', ''), at.slice(11, 16).replace(':', '')]
  const { name, phone, email } = submitter.contact
  const contact = [...(phone === undefined ? [] : ['TE', phone]), ...(email === undefined ? [] : ['EM', email])]
  const body: readonly Segment[] = [
    ['BHT', '0019', '00', reference, day, time, 'CH'],
    ['NM1', '41', '2', submitter.name, '', '', '', '', '46', submitter.id],
    ['PER', 'IC', name ?? '', ...contact],
    ['NM1', '40', '2', receiver.name, '', '', '', '', '46', receiver.id],
    ...levels(claims),
  ]
  const set = '0001'
  const group = String(control)
  const isa = group.padStart(9, '0')
  const sides = [submitter, receiver].flatMap(({ qualifier, id }) => [qualifier, id.padEnd(15)])
  return [
    ...[header(['00', ' '.repeat(10), '00', ' '.repeat(10), ...sides, day.slice(2), time], isa, usage)],
    ...[
      ['GS', 'HC', submitter.id, receiver.id, day, time, group, 'X', guide] as const,
      ['ST', '837', set, guide] as const,
      ...body,
      ['SE', String(body.length + 2), set] as const,
      ['GE', '1', group] as const,
      ['IEA', '1', isa] as const,
    ].map(printed),
  ].join('')
}

/** ISA is the one segment of fixed width, and its last element a separator. */
const header = (start: readonly string[], control: string, usage: ClaimParties['usage']): string =>
  `${['ISA', ...start, separators.repetition, '00501', control, '0', usage === 'test' ? 'T' : 'P', separators.component].join(separators.element)}${separators.segment}`

/** Providers (2000A), their subscribers (2000B), patients who are none (2000C), and the claims of each. */
function levels(claims: readonly Loops[]): readonly Segment[] {
  const segments: Segment[] = []
  let count = 0
  const level = (parent: string, code: string, children: '0' | '1'): string => {
    const id = String(++count)
    segments.push(['HL', id, parent, code, children])
    return id
  }
  for (const ofProvider of grouped(claims, ({ provider }) => provider)) {
    const id = level('', '20', '1')
    segments.push(...ofProvider[0]!.provider)
    for (const ofSubscriber of grouped(ofProvider, ({ subscriber }) => subscriber)) {
      const { subscriber, patient } = ofSubscriber[0]!
      const above = patient.length === 0 ? undefined : level(id, '22', '1')
      if (above !== undefined) segments.push(...subscriber)
      for (const ofPatient of grouped(ofSubscriber, (claim) => claim.patient)) {
        for (let from = 0; from < ofPatient.length; from += mostClaims) {
          level(above ?? id, above === undefined ? '22' : '23', '0')
          segments.push(
            ...(above === undefined ? subscriber : ofPatient[0]!.patient),
            ...ofPatient.slice(from, from + mostClaims).flatMap(({ claim }) => claim),
          )
        }
      }
    }
  }
  return segments
}

/** In the order in which they first come. */
function grouped(claims: readonly Loops[], by: (claim: Loops) => readonly Segment[]): readonly (readonly Loops[])[] {
  const groups = Map.groupBy(claims, (claim) => JSON.stringify(by(claim)))
  return [...groups.values()]
}
