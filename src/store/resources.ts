/** Resources and their versions: how they are written, and read one by one. */
import { compartments } from '../fhir/search/extract.ts'
import type { Put, Remove } from './change.ts'
import { type Commit, instant, milliseconds, SameInstant } from './commit.ts'
import { db, each, prepare, row } from './compile.ts'
import { index, reindex, unindex } from './index.ts'
import type { Sql } from './sql.ts'
import type { Stored } from './store.ts'

const insertVersion = prepare<{
  row: number
  resource: number
  type: string
  version: number
  at: number
  sequence: number
  text: string | null
}>()(($) =>
  db.insertInto('version').values({
    row: $('row'),
    resource: $('resource'),
    type: $('type'),
    version: $('version'),
    at: $('at'),
    sequence: $('sequence'),
    text: $('text'),
  }),
)
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
const insertCompartment = prepare<{ row: number; patient: string }>()(($) =>
  db.insertInto('compartment').values({ row: $('row'), patient: $('patient') }),
)
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

const currentText = prepare<{ type: string; id: string }>()(($) =>
  db
    .selectFrom('resource as r')
    .innerJoin('version as v', 'v.row', 'r.current')
    .select(['v.version', 'v.at', 'v.sequence', 'v.text'])
    .where('r.type', '=', $('type'))
    .where('r.id', '=', $('id')),
)
const versionText = prepare<{ type: string; id: string; version: number }>()(($) =>
  db
    .selectFrom('resource as r')
    .innerJoin('version as v', 'v.resource', 'r.number')
    .select(['v.version', 'v.at', 'v.sequence', 'v.text'])
    .where('r.type', '=', $('type'))
    .where('r.id', '=', $('id'))
    .where('v.version', '=', $('version')),
)

interface VersionRow {
  readonly version: number
  readonly at: number
  readonly sequence: number
  readonly text: string | null
}

export function stored(type: string, id: string, { version, at, sequence, text }: VersionRow): Stored {
  const head = { type, id, version, at: instant(at), sequence }
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

/** Writes new versions, their rows in the order of the changes. Those of new resources go together, the others one by one. */
export function* writeVersions(changes: readonly (Put | Remove)[], commit: Commit): Sql<void> {
  const first: { put: Put; row: number }[] = []
  const later: { change: Put | Remove; row: number }[] = []
  for (const change of changes) {
    const row = commit.counters.row++
    if (change.change === 'put' && change.version === 1) first.push({ put: change, row })
    else later.push({ change, row })
    commit.latest = Math.max(commit.latest, milliseconds(change.at))
  }
  yield* create(first, commit)
  for (const { change, row } of later) yield* succeed(change, row, commit)
}

function* create(puts: readonly { put: Put; row: number }[], { sequence, numbers }: Commit): Sql<void> {
  if (puts.length === 0) return
  const versions = []
  const resources = []
  const members = []
  for (const { put, row } of puts) {
    const { type, id, text } = put
    const at = milliseconds(put.at)
    versions.push({ row, resource: row, type, version: 1, at, sequence, text })
    resources.push({ number: row, type, id, at })
    numbers.terms.made(type, id, row)
    for (const patient of compartments(put.resource)) members.push({ row, patient })
  }
  yield* each(insertVersion, versions)
  yield* each(insertResource, resources)
  yield* each(insertCompartment, members)
  yield* index(
    puts.map(({ put, row }) => ({ number: row, type: put.type, resource: put.resource })),
    numbers,
  )
}

function* succeed(change: Put | Remove, next: number, commit: Commit): Sql<void> {
  const { sequence, numbers } = commit
  const { type, id, version } = change
  const before = yield* row(resourceById, { type, id })
  if (before === undefined || before.version + 1 !== version) throw new Error(`${type} version ${version} does not follow`)
  const { number, current } = before
  const at = milliseconds(change.at)
  if (at === commit.at && before.at >= at && before.current < commit.firstRow) throw new SameInstant(before.at)
  const put = change.change === 'put'
  yield* each(insertVersion, [{ row: next, resource: number, type, version, at, sequence, text: put ? change.text : null }])
  yield* each(updateResource, [{ number, version, current: next, at, deleted: put ? 0 : 1 }])
  if (put) {
    yield* each(
      insertCompartment,
      compartments(change.resource).map((patient) => ({ row: next, patient })),
    )
    yield* reindex({ number, type, resource: change.resource }, numbers)
  } else {
    yield* each(copyCompartments, [{ from: current, to: next }])
    yield* unindex(number)
  }
}
