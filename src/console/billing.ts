/** The console's page on billing: lines that wait, and lines that a payer may question. Of people only ids. */
import type { Child } from 'hono/jsx'
import type { ServiceLine } from '../domain/service-line.ts'
import type { Desk } from '../gateway.ts'
import type { Ctx } from '../http/env.ts'
import { code } from './html.ts'
import { list, note } from './page.ts'
import { members, type Place } from './place.ts'

export const heldLines = (c: Ctx, place: Place): Promise<Child> =>
  board(c, place, { heading: 'Lines that wait', wanted: { state: 'held' }, why: ({ holdReasons }) => holdReasons })

const questioned: ReadonlySet<ServiceLine['state']> = new Set(['ready', 'billed', 'accepted', 'paid', 'partial', 'denied'])
/** Of those that are ready, and of those that went out; by their statuses in R4 (`statusesOf` of the mapping). */
export const questionedLines = (c: Ctx, place: Place): Promise<Child> =>
  board(c, place, {
    heading: 'Lines that a payer may question',
    wanted: {
      also: [
        ['warning:missing', 'false'],
        ['status', 'billable,billed'],
      ],
    },
    why: ({ state, warnings }) => (questioned.has(state) ? warnings : []),
  })

interface Board {
  readonly heading: string
  readonly wanted: Partial<Parameters<Desk['listMembers']>[1]>
  readonly why: (line: ServiceLine) => readonly string[]
}

async function board(c: Ctx, place: Place, { heading, wanted, why }: Board): Promise<Child> {
  const page = await c.get('desk').listMembers('service-lines', { ...members(c, place), ...wanted })
  if (!page.ok) return note(heading, page.problem.detail)
  const rows = page.value.items.flatMap(({ record }) => {
    const line = record as typeof record & ServiceLine
    const reasons = why(line)
    const { id, serviceFrom = '', units = '', clientId } = line
    return reasons.length === 0
      ? []
      : [[serviceFrom, code(null, line.code), units, code(null, clientId), code(null, id), reasons.join(', ')]]
  })
  const columns = ['service', 'code', 'units', 'client', 'line', 'why']
  return list(heading, columns, rows, undefined, place.more(page.value.next))
}
