/**
 * Chains in SQL. A reference is a posting whose term is its target's number, or (where the target came later) a term with the text
 * `Type/id`. Whatever is looked at on the way has to be visible: the selections carry that.
 *
 * Inside of the brackets of `FROM (…) AS d` the name `d` is still the resource outside.
 */
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { type Condition, union } from './condition.ts'
import { inTurn, keysOfRow, numbersOfRow } from './dialect.ts'
import { keyBase, keyOf, noTerm, segmentBits } from './index-entries.ts'
import { alsoUnlisted, unlistedKeys, unlistedTerms } from './keyed.ts'
import { firstResource as firstTerm } from './terms.ts'
import type { Unlisted } from './unlisted.ts'

/** Constants stand in the text: a chain binds many values besides, and a Durable Object takes no more than 100. */
const firstResource = sql.lit(firstTerm)
const key = (parameter: number, term: number) => sql.lit(keyOf(parameter, term))

/** Resources of one type, with what holds for them. */
export interface Selection extends Condition {
  /** Which they are, where they are so few that it is best to begin with them. */
  readonly numbers?: () => RawBuilder<unknown>
}

/** Refers by the parameter to one of the selected. */
export function refersTo(parameter: number, selections: readonly Selection[], unlisted: Unlisted): Condition {
  const selected = sql.join(
    selections.map((each) => each.holds),
    sql` OR `,
  )
  const holds = sql<SqlBool>`EXISTS (SELECT 1 FROM (${targets(parameter, sql``, sql`d.number`)}) AS d WHERE ${selected})`
  const lists = selections.flatMap((each) => each.numbers?.() ?? [])
  if (lists.length < selections.length) return { holds }
  const terms = lists.flatMap((numbers) => [
    sql`SELECT ${firstResource} + m.number AS term FROM (${numbers}) AS m`,
    sql`SELECT t.number AS term FROM (${numbers}) AS m ${inTurn} ${later(sql`m.number`)}`,
  ])
  const listed = sql`SELECT DISTINCT s.number AS segment, l.value AS number
    FROM (${union(terms, sql`UNION ALL`)}) AS few ${inTurn} segment AS s ${inTurn} posting AS p ${inTurn} ${numbersOfRow}
    WHERE p.segment = s.number AND p.key = ${key(parameter, noTerm)} + few.term`
  return { holds, numbers: () => alsoUnlisted(listed, unlisted.withAny(unlistedKeys(parameter, unlisted)), holds) }
}

/** Is of this type, and one of the selected refers to it by the parameter (which is one of theirs). */
export function referredTo(type: string, parameter: number, { holds, numbers }: Selection, unlisted: Unlisted): Condition {
  if (numbers === undefined) {
    const listed = sql<SqlBool>`EXISTS (SELECT 1 FROM (${sources(parameter)}) AS d WHERE ${holds})`
    const terms = unlistedTerms(parameter, unlisted)
    if (terms === undefined) return { holds: listed }
    // The same for every resource: SQLite answers it once.
    return {
      holds: sql`(${listed} OR d.number IN (SELECT d.target FROM (${unlistedLinks(terms)}) AS d WHERE ${holds}))`,
    }
  }
  const found = targets(parameter, sql`(${numbers()}) AS m ${inTurn}`, sql`m.number`)
  return {
    holds: sql`d.number IN (${found})`,
    numbers:
      () => sql`SELECT DISTINCT r.number >> ${segmentBits} AS segment, r.number AS number FROM (${found}) AS few ${inTurn} resource AS r
      WHERE r.number = few.number AND r.type = ${type} AND r.deleted = 0`,
  }
}

/** The numbers of what a resource refers to by a parameter. */
function targets(parameter: number, from: RawBuilder<unknown>, number: RawBuilder<unknown>): RawBuilder<unknown> {
  const [first, local, end] = [key(parameter, noTerm), key(parameter, firstTerm), key(parameter + 1, noTerm)]
  const keys = sql`FROM ${from} indexed AS i ${inTurn} ${keysOfRow}`
  return sql`SELECT k.value % ${keyBase} - ${firstResource} AS number ${keys}
    WHERE i.number = ${number} AND k.value >= ${local} AND k.value < ${end}
    UNION ALL SELECT r.number AS number ${keys} ${inTurn} term AS t ${inTurn} resource AS r
    WHERE i.number = ${number} AND k.value > ${first} AND k.value < ${local} AND t.number = k.value % ${keyBase} AND t.system IS NULL
      AND r.type = substr(t.value, 1, instr(t.value || '/', '/') - 1) AND r.id = substr(t.value, instr(t.value, '/') + 1)`
}

/** The numbers of what is listed as referring to the resource `d.number` by a parameter. */
function sources(parameter: number): RawBuilder<unknown> {
  const postings = sql`segment AS s ${inTurn} posting AS p ${inTurn} ${numbersOfRow}
    WHERE p.segment = s.number AND p.key = ${key(parameter, noTerm)}`
  return sql`SELECT l.value AS number FROM ${postings} + ${firstResource} + d.number
    UNION ALL SELECT l.value AS number FROM ${later(sql`d.number`, sql`${inTurn} ${postings} + t.number AND`)}`
}

/** What refers by a parameter (`number`) and what to (`target`), as far as it is in no list. */
const unlistedLinks = (terms: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`SELECT m.number AS number, m.term - ${firstResource} AS target FROM (${terms}) AS m WHERE m.term >= ${firstResource}
    UNION ALL SELECT m.number AS number, r.number AS target FROM (${terms}) AS m ${inTurn} term AS t ${inTurn} resource AS r
    WHERE m.term < ${firstResource} AND t.number = m.term AND t.system IS NULL
      AND r.type = substr(t.value, 1, instr(t.value || '/', '/') - 1) AND r.id = substr(t.value, instr(t.value, '/') + 1)`

/** The term by which a resource was referred to before it was there. */
const later = (number: RawBuilder<unknown>, more: RawBuilder<unknown> = sql`WHERE`): RawBuilder<unknown> =>
  sql`resource AS r ${inTurn} term AS t ${more} r.number = ${number} AND t.system IS NULL AND t.value = r.type || '/' || r.id`
