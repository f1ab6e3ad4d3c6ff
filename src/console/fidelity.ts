/** How faithful the mappings are to the records here: by mapping, and element by element. Paths and counts, nothing of what is in them. */
import type { Child } from 'hono/jsx'
import type { Ctx } from '../http/env.ts'
import { a, code } from './html.ts'
import { list, note, state } from './page.ts'

const path = '/console/mappings'

/** A line for each mapping, by the newest records of its collection. */
export async function mappings(c: Ctx, most: number): Promise<Child> {
  const all = await c.get('desk').fidelity(most)
  const rows = all
    .filter(({ resources }) => resources > 0)
    .map(({ mapping, version, resources, readable, lost, counts }) => [
      a({ href: `${path}/${mapping}` }, mapping),
      String(version),
      String(resources),
      String(readable),
      String(readable - lost.length),
      String(counts.mapped),
      String(counts.kept),
      String(counts.told),
      state(lost.length > 0 ? 'lossy' : readable < resources ? 'not all readable' : 'faithful'),
    ])
  const columns = ['mapping', 'version', 'records', 'readable', 'unchanged', 'values told', 'kept', 'named', 'state']
  return list(
    `What the mappings make of the newest ${most} of each that are not too long`,
    columns,
    rows,
    'There are no records yet.',
  )
}

/** What becomes of each element, and which records cannot be read. */
export async function mapping(c: Ctx, name: string, most: number): Promise<readonly Child[] | undefined> {
  const [found] = await c.get('desk').fidelity(most, name)
  if (!found) return undefined
  const { elements, unreadable, lost, resources } = found
  const rows = [...elements]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([element, { mapped, kept, told }]) => [code(null, element), String(mapped), String(kept), String(told)])
  const heading = `${name}, version ${found.version}, of the newest records (${resources})`
  const columns = ['element', 'told by the domain', 'kept as it is', 'kept, and named in a warning']
  const faults = [...unreadable, ...lost].map(({ from, reason }) => [code(null, from), reason])
  return [
    rows.length > 0 ? list(heading, columns, rows) : note(heading, 'Nothing that could be read.'),
    list('Not readable, or not written back as it was', ['record', 'why'], faults),
  ]
}
