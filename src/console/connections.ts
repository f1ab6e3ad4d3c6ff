/** The console on partners: a line for each, and a page that tells how one is spoken to and what the newest comparison with it found. */
import type { Child } from 'hono/jsx'
import { ok, type Result } from '../domain/problem.ts'
import type { Ctx } from '../http/env.ts'
import { a, code } from './html.ts'
import { list, moment, note, state } from './page.ts'

const path = '/console/connections'

export async function connections(c: Ctx): Promise<Child> {
  const all = await c.get('desk').listConnections()
  const rows = await Promise.all(
    all.map(async ({ name, kind, flavour, baseUrl, push }) => {
      const count = async (of: 'pending' | 'waiting' | 'dead'): Promise<number> =>
        (await c.get('desk').listDeliveries({ connection: name, state: of, count: 500 })).items.length
      const [pending, waiting, dead] = [await count('pending'), await count('waiting'), await count('dead')]
      const health = dead > 0 ? 'dead letters' : waiting > 0 ? 'waiting' : 'fine'
      const shown = (number: number): string => (number === 500 ? '500 or more' : String(number))
      return [
        a({ href: `${path}/${name}` }, name),
        kind,
        flavour,
        baseUrl ?? '',
        push.join(', '),
        shown(pending),
        shown(waiting),
        shown(dead),
        state(health),
      ]
    }),
  )
  return list(
    'Connections',
    ['name', 'kind', 'flavour', 'address', 'is sent', 'pending', 'waiting', 'dead', 'state'],
    rows,
    'No connections yet: POST /admin/connections.',
  )
}

const seconds = (every: number | undefined): string => (every === undefined ? 'when asked for' : `every ${every} s`)

/** Fails `not-found`. */
export async function connection(c: Ctx, name: string): Promise<Result<readonly Child[]>> {
  const shown = await c.get('desk').showConnection(name)
  if (!shown.ok) return shown
  const one = (await c.get('desk').listConnections()).find((each) => each.name === name)!
  const facts = [
    ['kind', one.kind],
    ['flavour', one.flavour],
    ['address', one.baseUrl ?? 'none'],
    ['signs in by', one.auth.type],
    ['is sent', one.push.join(', ') || 'nothing'],
    ['is pulled', one.pull.length > 0 ? `${one.pull.join(', ')} (${seconds(one.pollSeconds)})` : 'nothing'],
    ['is compared', one.reconcileHours === undefined ? 'when asked for' : `every ${one.reconcileHours} h`],
  ]
  return ok([list(`How ${name} is spoken to`, ['what', 'how'], facts), await comparison(c, name)])
}

async function comparison(c: Ctx, name: string): Promise<Child> {
  const heading = 'The newest comparison of both sides'
  const found = await c.get('desk').showComparison(name)
  if (!found.ok) return note(heading, found.problem.detail)
  const { items, compared, finishedAt, found: counts } = found.value
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const rows = items.map(({ resource, remote, drift, elements }) => [
    code(null, resource),
    code(null, remote),
    state(drift),
    elements.join(', '),
  ])
  const told = `${heading}: ${all} of ${compared} were not the same at ${finishedAt.slice(0, 16).replace('T', ' ')}Z`
  if (rows.length === 0) return note(heading, `All ${compared} are the same.`, moment(finishedAt))
  return list(all > rows.length ? `${told} (the first ${rows.length})` : told, ['here', 'there', 'what', 'elements'], rows)
}
