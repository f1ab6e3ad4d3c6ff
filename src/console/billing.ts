/** The console's page on billing: lines that wait, and lines that a payer may question. Of people only ids. */
import type { Child } from 'hono/jsx'
import type { ServiceLine } from '../domain/service-line.ts'
import type { Ctx } from '../http/env.ts'
import { code } from './html.ts'
import { list, note } from './page.ts'

export const heldLines = (c: Ctx, limit: number): Promise<Child> =>
  board(c, limit, { heading: 'Lines that wait', states: ['held'], why: ({ holdReasons }) => holdReasons })

const questioned = ['ready', 'billed', 'accepted', 'paid', 'partial', 'denied'] as const
/** Of the latest ones that are ready, and of those that went out. */
export const questionedLines = (c: Ctx, limit: number): Promise<Child> =>
  board(c, limit, {
    ...{ heading: 'Lines that a payer may question', states: questioned, looks: 2000 },
    why: ({ warnings }) => warnings,
  })

interface Board {
  readonly heading: string
  readonly states: readonly ServiceLine['state'][]
  /** So many of each state's are looked through. */
  readonly looks?: number
  readonly why: (line: ServiceLine) => readonly string[]
}

async function board(c: Ctx, limit: number, { heading, states, looks, why }: Board): Promise<Child> {
  const found: { readonly record: { readonly id: string } }[] = []
  for (const state of states) {
    const page = await c.get('desk').listMembers('service-lines', { limit, state, ...(looks !== undefined && { looks }) })
    if (!page.ok) return note(heading, page.problem.detail)
    found.push(...page.value.items)
  }
  const rows = found.flatMap(({ record }) => {
    const line = record as typeof record & ServiceLine
    const reasons = why(line)
    const { id, serviceFrom = '', units = '', clientId } = line
    return reasons.length === 0
      ? []
      : [[serviceFrom, code(null, line.code), units, code(null, clientId), code(null, id), reasons.join(', ')]]
  })
  return list(heading, ['service', 'code', 'units', 'client', 'line', 'why'], rows)
}
