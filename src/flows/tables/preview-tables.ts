/**
 * What changed code tables would make of the messages and records that are kept here, before anybody changes them: each is read twice, and
 * what differs is told. Nothing is written.
 */
import { codeTables } from '../../../mappings/codes/index.ts'
import { parsed } from '../../domain/parsed.ts'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import { type TableChange, TablePreview } from '../../domain/table-preview.ts'
import { bytesOf } from '../../hl7v2/raw.ts'
import type { CodeTable } from '../../lens/code-table.ts'
import { changes, type Difference, madeOf, said } from '../../lens/difference.ts'
import type { Message } from '../../store/change.ts'
import { lookThrough, type Steps } from '../../store/store.ts'
import type { AnyCollection } from '../collections/collection.ts'
import { collections } from '../collections/index.ts'
import type { Context } from '../context.ts'
import { openNotification } from '../intake/process-message.ts'
import { openDocument } from '../intake/receive-document.ts'
import { openBytes } from '../intake/receive-message.ts'
import { keptRecords } from './kept-records.ts'

interface Previewed {
  /** How many were read again, and how many of them would be read otherwise. */
  readonly messages: { readonly read: number; readonly changed: number }
  readonly resources: { readonly read: number; readonly changed: number }
  /** Of at most 500. */
  readonly items: readonly { readonly of: string; readonly differences: readonly Difference[] }[]
}

/** Runs work by the tables as they would be. */
type Trying = <R>(work: () => R) => R
interface Look {
  readonly of: string
  readonly differences: readonly Difference[]
}

const shownMost = 500
/** Messages looked at before others get a turn. */
const atOnce = 25

export async function previewTables(ctx: Context, body: unknown): Promise<Result<Previewed>> {
  const wanted = parsed(TablePreview, body, 'This is no change of code tables.')
  if (!wanted.ok) return wanted
  const trying = changed(wanted.value.tables)
  if (!trying.ok) return trying
  const messages = await ofMessages(ctx, trying.value, wanted.value.messages)
  const resources: Look[] = []
  for (const collection of collections)
    resources.push(...(await lookThrough(ctx.store, ofCollection(collection, trying.value, wanted.value.resources))))
  const differ = (all: readonly Look[]) => all.filter(({ differences }) => differences.length > 0)
  return ok({
    messages: { read: messages.length, changed: differ(messages).length },
    resources: { read: resources.length, changed: differ(resources).length },
    items: differ([...messages, ...resources]).slice(0, shownMost),
  })
}

/** Fails with all that is wrong: a table or a term that is not, a row that stands twice, one that cannot go. */
function changed(tables: readonly TableChange[]): Result<Trying> {
  const issues: Issue[] = []
  let trying: Trying = (work) => work()
  for (const [i, { table: name, rows }] of tables.entries()) {
    const table = Object.hasOwn(codeTables, name) ? codeTables[name]! : undefined
    if (!table) {
      issues.push({ path: `tables.${i}.table`, message: `is no code table; there are ${Object.keys(codeTables).join(', ')}` })
      continue
    }
    const next = rowsAfter(table, rows, `tables.${i}.rows`, issues)
    const before = trying
    trying = (work) => before(() => table.trying(next, work))
  }
  return issues.length > 0 ? fail('invalid', 'These tables cannot be changed so.', { issues }) : ok(trying)
}

function rowsAfter(
  table: CodeTable<string>,
  changes: TableChange['rows'],
  path: string,
  issues: Issue[],
): CodeTable<string>['rows'] {
  const keyOf = (code: string, system = table.system): string => `${system}|${code}`
  const rows = new Map(table.rows.map((row) => [keyOf(row[0], row[2]), row]))
  const seen = new Set<string>()
  for (const [i, { code, system, term }] of changes.entries()) {
    const key = keyOf(code, system)
    const at = `${path}.${i}`
    if (seen.has(key)) issues.push({ path: at, message: 'stands twice' })
    seen.add(key)
    if (term === null) {
      if (!rows.delete(key)) issues.push({ path: at, message: 'is not in the table' })
    } else if (table.terms.includes(term)) rows.set(key, system === undefined ? [code, term] : [code, term, system])
    else issues.push({ path: `${at}.term`, message: 'is no term of this table' })
  }
  return [...rows.values()]
}

async function ofMessages(ctx: Context, trying: Trying, most: number): Promise<readonly Look[]> {
  const looks: Look[] = []
  let after: string | undefined
  while (looks.length < most) {
    const count = Math.min(atOnce, most - looks.length)
    const page = await ctx.store.look({ ask: 'messages', count, ...(after !== undefined && { after }) })
    for (const message of page.items) looks.push(await ofMessage(ctx, trying, message))
    after = page.next
    if (after === undefined) break
  }
  return looks
}

async function ofMessage(ctx: Context, trying: Trying, { id, kind, raw }: Message): Promise<Look> {
  const bytes = bytesOf(raw)
  // A partner's resource is stored as it came: no table of ours reads it.
  if (kind === 'fhir-resource') return { of: id, differences: [] }
  const open = { hl7v2: openBytes, 'fhir-message': openNotification, ccda: openDocument }[kind]
  const { read } = await open(ctx, bytes)
  const told = () => {
    const reading = read()
    return reading.ok
      ? { readable: true, ...reading.value, issues: said(reading.value.issues) }
      : { readable: false, issues: said(reading.problem.issues) }
  }
  return { of: id, differences: changes(told(), trying(told)) }
}

/** The newest records of a collection. */
function* ofCollection(collection: AnyCollection, trying: Trying, most: number): Steps<readonly Look[]> {
  return (yield* keptRecords(collection, most)).map(({ from, parts }) => {
    const made = () => madeOf(collection.mapping, parts)
    return { of: from, differences: changes(made(), trying(made)) }
  })
}
