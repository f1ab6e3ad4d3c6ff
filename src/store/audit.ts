/**
 * The audit: lines that are added and never changed. Each is sealed with a hash of itself and of the seal before it, so that a line that is
 * altered, moved or missing shows; the last seal stands apart from the lines, so that an end that was cut off shows.
 */
import { sql } from 'kysely'
import { sha256Hex } from '../digest.ts'
import type { Audit } from './change.ts'
import { answer, db, each, inserting, prepare, raw, row, rows } from './compile.ts'
import { cursor, type Reading, rowPosition } from './page.ts'
import type { Line } from './pending.ts'
import type { Tables } from './schema/tables.ts'
import { type Sql, turn } from './sql.ts'
import type { AuditCheck, Questions } from './store.ts'

/** Lines fetched together, and looked through for one page. */
const together = 500
const mostLooked = 10_000

const insert = inserting('audit', ['sequence', 'at', 'entry', 'digest'])
const lastSeal = prepare<Record<never, never>>()(() => db.selectFrom('meta').select('value').where('name', '=', 'audit-seal'))
const keepSeal = inserting('meta', ['name', 'value'], { key: ['name'], anew: ['value'] })

/** The number of the commit is sealed too: it may stand for the versions that the commit wrote. */
const sealOf = (previous: string, sequence: number, entry: string): string => sha256Hex(`${previous}\n${sequence}\n${entry}`)

export function* audit(lines: readonly Line[]): Sql<void> {
  // From where it stands apart, not from the last line: a line that was taken away leaves a gap for good.
  let seal = (yield* row(lastSeal, {}))?.value ?? ''
  const sealed = lines.map(({ value: { change: _, ...line }, sequence, at }) => {
    const entry = JSON.stringify(line)
    seal = sealOf(seal, sequence, entry)
    return { sequence, at, entry, digest: seal }
  })
  yield* each(insert, sealed)
  yield* each(keepSeal, [{ name: 'audit-seal', value: seal }])
}

type Entry = Omit<Audit, 'change'>
type Found = Pick<Tables['audit'], 'place' | 'sequence' | 'entry'>

export function* audits(asked: Questions['audit']['ask'], reading: Reading): Sql<Questions['audit']['answer']> {
  const { count, after, since, until } = asked
  const first = since === undefined ? 0 : ((yield* row(firstSince, { at: since }))?.place ?? Number.MAX_SAFE_INTEGER)
  const last = until === undefined ? Number.MAX_SAFE_INTEGER : ((yield* row(lastUntil, { at: until }))?.place ?? 0)
  let before = Math.min(rowPosition(reading, 'audit', after, Number.MAX_SAFE_INTEGER), last + 1)
  const items: Questions['audit']['answer']['items'][number][] = []
  const next = (): string => cursor(reading, 'audit', before)
  const fits = fitting(asked)
  const isPlain = asked.principal === undefined && asked.action === undefined && asked.patient === undefined
  // One more than was asked for tells whether there is another page.
  const limit = isPlain ? Math.min(together, count + 1) : together
  for (let looked = 0; looked < mostLooked; ) {
    const found = yield* rows(linesBefore, { before, first, limit })
    for (const line of found) {
      if (items.length === count) return { items, next: next() }
      const entry = JSON.parse(line.entry) as Entry
      if (yield* fits(line, entry)) items.push({ sequence: line.sequence, entry })
      before = line.place
      yield turn
    }
    looked += found.length
    if (found.length < limit) return { items }
  }
  return { items, next: next() }
}

const firstSince = prepare<{ at: number }>()(($) =>
  db.selectFrom('audit').select('place').where('at', '>=', $('at')).orderBy('at').orderBy('place').limit(1),
)
const lastUntil = prepare<{ at: number }>()(($) =>
  db.selectFrom('audit').select('place').where('at', '<=', $('at')).orderBy('at', 'desc').orderBy('place', 'desc').limit(1),
)
const linesBefore = prepare<{ before: number; first: number; limit: number }>()(($) =>
  db
    .selectFrom('audit')
    .select(['place', 'sequence', 'entry'])
    .where('place', '<', $('before'))
    .where('place', '>=', $('first'))
    .orderBy('place', 'desc')
    .limit($('limit')),
)

function fitting({ principal, action, patient }: Questions['audit']['ask']) {
  /** By resource, and by commit: whether it is, or was, something of the patient's. */
  const known = new Map<string | number, boolean>()
  function* remembered(key: string | number, look: () => Sql<boolean>): Sql<boolean> {
    const before = known.get(key)
    if (before !== undefined) return before
    const found = yield* look()
    yield turn
    known.set(key, found)
    return found
  }
  return function* ({ sequence }: Found, entry: Entry): Sql<boolean> {
    if (principal !== undefined && entry.principal !== principal) return false
    if (action !== undefined && entry.action !== action) return false
    if (patient === undefined) return true
    for (const entity of entry.entities) {
      const [type = '', id = ''] = entity.split('/')
      if (yield* remembered(`${type}/${id}`, () => isOf(patient, type, id))) return true
    }
    return entry.versions !== undefined && (yield* remembered(sequence, () => wroteOf(patient, sequence)))
  }
}

function* isOf(patient: string, type: string, id: string): Sql<boolean> {
  if (type === 'Patient' && id === patient) return true
  const found = yield* answer(
    raw<{ row: number }>(sql`SELECT c.row FROM resource AS r CROSS JOIN version AS v CROSS JOIN compartment AS c
      WHERE r.type = ${type} AND r.id = ${id} AND v.resource = r.number AND c.row = v.row AND c.patient = ${patient} LIMIT 1`),
  )
  return found.length > 0
}

/** Rows of one commit lie side by side. */
function* wroteOf(patient: string, sequence: number): Sql<boolean> {
  const found = yield* answer(
    raw<{ row: number }>(sql`SELECT c.row FROM moment AS m CROSS JOIN version AS v CROSS JOIN compartment AS c
      WHERE m.sequence = ${sequence} AND v.row >= m.row AND v.sequence = ${sequence}
        AND v.row < coalesce((SELECT n.row FROM moment AS n WHERE n.sequence = ${sequence + 1}), 9000000000000000)
        AND c.row = v.row AND c.patient = ${patient} LIMIT 1`),
  )
  return found.length > 0
}

const standing = prepare<Record<never, never>>()(() =>
  db
    .selectNoFrom((one) => [
      one.selectFrom('meta').select('value').where('name', '=', 'audit-seal').as('seal'),
      one.selectFrom('audit').select('place').orderBy('place', 'desc').limit(1).as('last'),
    ])
    .$castTo<{ seal: string | null; last: number | null }>(),
)
const linesFrom = prepare<{ after: number; last: number; limit: number }>()(($) =>
  db
    .selectFrom('audit')
    .select(['place', 'sequence', 'at', 'entry', 'digest'])
    .where('place', '>', $('after'))
    .where('place', '<=', $('last'))
    .orderBy('place')
    .limit($('limit')),
)

/** The time of a line stands beside it, too, for whoever looks for lines by time; the seal is of the line. */
const timeIn = (entry: string): number => Date.parse((JSON.parse(entry) as Entry).at)

/** Looks at every line, as of the moment it begins. */
export function* auditCheck({ head }: Questions['auditCheck']['ask']): Sql<AuditCheck> {
  const { seal, last } = (yield* row(standing, {}))!
  let previous = ''
  let broken: number | undefined
  let found = false
  let lines = 0
  let unsealed = 0
  for (let after = 0; after < (last ?? 0); yield turn) {
    const some = yield* rows(linesFrom, { after, last: last!, limit: together })
    for (const { place, sequence, at, entry, digest } of some) {
      after = place
      lines++
      if (digest === null && previous === '') {
        unsealed++
        continue
      }
      if (digest !== sealOf(previous, sequence, entry) || at !== timeIn(entry)) broken ??= lines
      found ||= digest === head
      previous = digest ?? ''
    }
  }
  if (previous !== (seal ?? '')) broken ??= lines + 1
  return {
    lines,
    unsealed,
    ...(seal !== null && { head: seal }),
    ...(broken !== undefined && { broken }),
    ...(head !== undefined && { found }),
  }
}
