/**
 * Visibility as SQL: a version is visible to all if it tells of no patient, else to who may see one of its patients; a roll to who may see
 * all of them; what is specially protected to who has the right to it, and where that is for some patients, if it tells of one. The same as `access/visible.ts`, from what was written down beside
 * the version.
 */
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { rolls } from '../fhir/search/patients-of.ts'
import { db, prepare, rows } from './compile.ts'
import { and, type Condition } from './condition.ts'
import { asList, membersOf, texts } from './dialect.ts'
import type { Sql } from './sql.ts'
import type { Visibility } from './store.ts'

/** A condition on a version: `row` names its row number, `type` its type. Every search, history and feed carries it. */
export function visibleRow(visible: Visibility, row: string, type: string): RawBuilder<SqlBool> {
  if (visible === 'everything') return sql<SqlBool>`TRUE`
  return and([ofPatients(visible.patients, row, type), unguarded(visible, row), ...told(visible, row, row)])
}

/** Of a former version `v` of the resource `r`: labels that came to the record later guard it, too. */
export const visibleFormer = (visible: Visibility): RawBuilder<SqlBool> =>
  visible === 'everything'
    ? sql<SqlBool>`TRUE`
    : and([visibleRow(visible, 'v.row', 'v.type'), unguarded(visible, 'r.current'), ...told(visible, 'v.row', 'r.current')])

type Some = Exclude<Visibility, 'everything'>

function ofPatients(seen: Some['patients'], row: string, type: string): RawBuilder<SqlBool> {
  if (seen === 'all') return sql<SqlBool>`TRUE`
  const patients = (whose: RawBuilder<SqlBool>) =>
    sql<SqlBool>`EXISTS (SELECT 1 FROM compartment WHERE row = ${sql.ref(row)} AND ${whose})`
  const may = sql<SqlBool>`patient IN ${texts(seen)}`
  return sql<SqlBool>`(NOT ${patients(sql`TRUE`)}
    OR CASE WHEN ${sql.ref(type)} IN ${texts(rolls)} THEN NOT ${patients(sql`NOT ${may}`)} ELSE ${patients(may)} END)`
}

const unguarded = (visible: Some, row: string): RawBuilder<SqlBool> =>
  sql<SqlBool>`NOT EXISTS (SELECT 1 FROM guarded WHERE row = ${sql.ref(row)} AND level > ${mostOf(visible)})`

/** The highest level of protection that may be seen. */
const mostOf = ({ protectedRecords }: Some): number => (protectedRecords ? 1 : 0)

/** The right to what is protected of some patients is none to what tells of nobody: that may be anybody's. `guard`: whose protection counts. */
const told = ({ patients, protectedRecords }: Some, row: string, guard: string): readonly RawBuilder<SqlBool>[] =>
  patients === 'all' || !protectedRecords
    ? []
    : [
        sql<SqlBool>`(EXISTS (SELECT 1 FROM compartment WHERE row = ${sql.ref(row)})
          OR NOT EXISTS (SELECT 1 FROM guarded WHERE row = ${sql.ref(guard)} AND level > 0))`,
      ]

/** The same of the resource whose number is `d.number`, as it is now. Nothing to be held where everything may be seen. */
export function visibleResource(visible: Visibility): readonly Condition[] {
  if (visible === 'everything') return []
  const shown = visibleRow(visible, 'c.current', 'c.type')
  return [{ holds: sql`EXISTS (SELECT 1 FROM resource AS c WHERE c.number = d.number AND ${shown})`, sight: visible }]
}

const guardedAmong = prepare<{ rows: string; most: number }>()(($) =>
  db
    .selectFrom('guarded')
    .select('row')
    .where('row', 'in', membersOf($('rows')))
    .where('level', '>', $('most')),
)

/** Which of these rows are hidden, where labels alone decide. Undefined where it hangs on patients, too. */
export function* hiddenAmong(visible: Visibility, among: readonly number[]): Sql<readonly number[] | undefined> {
  if (visible === 'everything') return []
  if (visible.patients !== 'all') return undefined
  return (yield* rows(guardedAmong, { rows: asList(among), most: mostOf(visible) })).map(({ row }) => row)
}
