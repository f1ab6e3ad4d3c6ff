/** Resources and their versions: how they are written, and read one by one. */
import { sql } from 'kysely'
import { type Guard, guardOf } from '../fhir/search/labels.ts'
import { lookingForPatients, patientsOf, takesLong } from '../fhir/search/patients-of.ts'
import type { Put, Reindex } from './change.ts'
import { instant, milliseconds, SameInstant } from './commit.ts'
import { db, each, inserting, prepare, raw, row } from './compile.ts'
import { index, reindex, unindex } from './index.ts'
import type { Numbers } from './index-entries.ts'
import type { PendingVersion } from './pending.ts'
import { type Sql, turn } from './sql.ts'
import type { Stored } from './store.ts'

const insertVersion = inserting('version', ['row', 'resource', 'type', 'version', 'at', 'sequence', 'text'])
const insertResource = prepare<{ number: number; type: string; id: string; at: number }>()(($) =>
  db.insertInto('resource').values({
    number: $('number'),
    type: $('type'),
    id: $('id'),
    version: 1,
    current: $('number'),
    at: $('at'),
    deleted: 0,
  }),
)
const updateResource = prepare<{ number: number; version: number; current: number; at: number; deleted: number }>()(($) =>
  db
    .updateTable('resource')
    .set({ version: $('version'), current: $('current'), at: $('at'), deleted: $('deleted') })
    .where('number', '=', $('number')),
)
const resourceById = prepare<{ type: string; id: string }>()(($) =>
  db.selectFrom('resource').selectAll().where('type', '=', $('type')).where('id', '=', $('id')),
)
const insertCompartment = inserting('compartment', ['row', 'patient'])
const copyCompartments = prepare<{ from: number; to: number }>()(($) =>
  db
    .insertInto('compartment')
    .columns(['row', 'patient'])
    .expression(
      db
        .selectFrom('compartment')
        .select((q) => [q.val($('to')).as('row'), 'patient'])
        .where('row', '=', $('from')),
    ),
)

const deleteVersion = prepare<{ row: number }>()(($) => db.deleteFrom('version').where('row', '=', $('row')))
const insertGuard = inserting('guarded', ['row', 'level'])
const copyGuard = prepare<{ from: number; to: number }>()(($) =>
  db
    .insertInto('guarded')
    .columns(['row', 'level'])
    .expression(
      db
        .selectFrom('guarded')
        .select((q) => [q.val($('to')).as('row'), 'level'])
        .where('row', '=', $('from')),
    ),
)
const deleteGuard = prepare<{ row: number }>()(($) => db.deleteFrom('guarded').where('row', '=', $('row')))
/** A version is as guarded as the current one: labels that came later are of the same record. */
const guard = sql<Guard | null>`(SELECT max(level) FROM guarded WHERE guarded.row IN (v.row, r.current))`.as('guard')
const deleteCompartments = prepare<{ row: number }>()(($) => db.deleteFrom('compartment').where('row', '=', $('row')))

const currentText = prepare<{ type: string; id: string }>()(($) =>
  db
    .selectFrom('resource as r')
    .innerJoin('version as v', 'v.row', 'r.current')
    .select(['r.number', 'v.version', 'v.at', 'v.sequence', 'v.text', guard])
    .where('r.type', '=', $('type'))
    .where('r.id', '=', $('id')),
)
const versionText = prepare<{ type: string; id: string; version: number }>()(($) =>
  db
    .selectFrom('resource as r')
    .innerJoin('version as v', 'v.resource', 'r.number')
    .select(['v.version', 'v.at', 'v.sequence', 'v.text', guard])
    .where('r.type', '=', $('type'))
    .where('r.id', '=', $('id'))
    .where('v.version', '=', $('version')),
)

interface VersionRow {
  readonly version: number
  readonly at: number
  readonly sequence: number
  readonly text: string | null
  readonly guard?: Guard | null
}

export function stored(type: string, id: string, { version, at, sequence, text, guard }: VersionRow): Stored {
  const head = { type, id, version, at: instant(at), sequence, ...(guard && { guard }) }
  return text === null ? head : { ...head, text }
}

export function* resource({ type, id }: { type: string; id: string }): Sql<Stored | undefined> {
  const found = yield* row(currentText, { type, id })
  return found && stored(type, id, found)
}

export function* version({ type, id, version }: { type: string; id: string; version: number }): Sql<Stored | undefined> {
  const found = yield* row(versionText, { type, id, version })
  return found && stored(type, id, found)
}

const newest = prepare<Record<never, never>>()(() => raw<{ row: number | null }>(sql`SELECT max(row) AS row FROM version`))

/** The row of the last version that there is. */
export function* newestRow(): Sql<number> {
  return (yield* row(newest, {}))?.row ?? 0
}

/** Finds the resources that these versions follow in. Throws where one does not follow, or not at a later instant. */
export function* locate(versions: readonly PendingVersion[]): Sql<void> {
  for (const version of versions) yield* before(version)
}

function* before(pending: PendingVersion): Sql<{ readonly number: number; readonly current: number }> {
  if (pending.before !== undefined) return pending.before
  const { change, commit, replaces } = pending
  const { type, id, version } = change
  const found = yield* row(resourceById, { type, id })
  if (found === undefined || (replaces === undefined ? found.version + 1 !== version : found.current !== replaces))
    throw new Error(`${type} version ${version} does not follow`)
  const at = milliseconds(change.at)
  if (at === commit.at && found.at >= at && found.current < commit.firstRow) throw new SameInstant(found.at)
  pending.before = found
  return found
}

const isFirst = ({ change, replaces }: PendingVersion): boolean =>
  change.change === 'put' && change.version === 1 && replaces === undefined

/**
 * Writes the texts of new resources. They are most of what a transaction writes: were they among the rest, a page of the rest that is changed
 * again after it went to the WAL would have SQLite sum up all of them anew at COMMIT.
 */
export function* writeTexts(versions: readonly PendingVersion[]): Sql<void> {
  yield* each(
    insertVersion,
    versions.filter(isFirst).map(({ change, row, commit }) => {
      const { type, text, at } = change as Put
      return { row, resource: row, type, version: 1, at: milliseconds(at), sequence: commit.sequence, text }
    }),
  )
}

/** Writes new versions, but for the texts of new resources. Those go together, the others one by one. */
export function* writeVersions(versions: readonly PendingVersion[], numbers: Numbers): Sql<void> {
  yield* create(versions.filter(isFirst), numbers)
  for (const version of versions) if (!isFirst(version)) yield* succeed(version, numbers)
}

function* patientsIn(resource: object): Sql<readonly string[]> {
  const looking = lookingForPatients(resource)
  for (;;) {
    const step = looking.next()
    if (step.done) return step.value
    yield turn
  }
}

function* create(pending: readonly PendingVersion[], numbers: Numbers): Sql<void> {
  if (pending.length === 0) return
  const resources = []
  const members = []
  const guards = []
  const indexables = []
  for (const { change, row } of pending) {
    const { type, id, resource, text } = change as Put
    const at = milliseconds(change.at)
    resources.push({ number: row, type, id, at })
    indexables.push({ number: row, type, resource, size: text.length })
    numbers.terms.made(type, id, row)
    const patients = takesLong(resource) ? yield* patientsIn(resource) : patientsOf(resource)
    for (const patient of patients) members.push({ row, patient })
    const level = guardOf(resource)
    if (level > 0) guards.push({ row, level })
  }
  yield* each(insertResource, resources)
  yield* each(insertCompartment, members)
  yield* each(insertGuard, guards)
  yield* index(indexables, numbers)
}

function* succeed(pending: PendingVersion, numbers: Numbers): Sql<void> {
  const { change, row: next } = pending
  const { number, current } = yield* before(pending)
  if (pending.replaces !== undefined) {
    yield* each(deleteVersion, [{ row: pending.replaces }])
    yield* each(deleteCompartments, [{ row: pending.replaces }])
    yield* each(deleteGuard, [{ row: pending.replaces }])
  }
  const { type, version } = change
  const at = milliseconds(change.at)
  const put = change.change === 'put'
  const text = put ? change.text : null
  yield* each(insertVersion, [{ row: next, resource: number, type, version, at, sequence: pending.commit.sequence, text }])
  yield* each(updateResource, [{ number, version, current: next, at, deleted: put ? 0 : 1 }])
  if (put) {
    const patients = yield* patientsIn(change.resource)
    yield* each(
      insertCompartment,
      patients.map((patient) => ({ row: next, patient })),
    )
    const level = guardOf(change.resource)
    if (level > 0) yield* each(insertGuard, [{ row: next, level }])
    yield* reindex({ number, type, resource: change.resource, size: change.text.length }, numbers)
  } else {
    yield* each(copyCompartments, [{ from: current, to: next }])
    yield* each(copyGuard, [{ from: current, to: next }])
    yield* unindex(number, numbers)
  }
}

/** Whatever the resource is by now; a deleted one has no index. */
export function* indexCurrent({ type, id }: Reindex, numbers: Numbers): Sql<void> {
  const found = yield* row(currentText, { type, id })
  if (found?.text == null) return
  yield* reindex({ number: found.number, type, resource: JSON.parse(found.text), size: found.text.length }, numbers)
}
