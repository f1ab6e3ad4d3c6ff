/**
 * Every current resource as a line of NDJSON, type by type, as there was when it began. Versions and the time of their making belong to the
 * store, not to the record: without them a copy of a copy is the same, to the byte. https://hl7.org/fhir/uv/bulkdata/export.html
 */
import { simpleQuery } from '../../fhir/search/query.ts'
import { memberNamed, parseTree, printTree } from '../../fhir/tree.ts'
import { resourceTypes } from '../../fhir/types.ts'
import { carryOut, type Stored } from '../../store/store.ts'
import { tell } from '../audit/line.ts'
import type { Context } from '../context.ts'
import { exported, exportedWithdrawals, withdrawnLabels } from './withdrawn-labels.ts'

interface ExportAsk {
  /** All, where none is named. */
  readonly types?: readonly string[]
  /** Milliseconds: what was changed from then on. */
  readonly since?: number
}

interface ExportedLine {
  /** `withdrawn-labels` where it is no record. */
  readonly type: string
  /** Without its end. */
  readonly line: string
}

/** Looked at together: so many resources, so many characters of them. */
const [together, room] = [200, 10_000_000]

/** What is labelled as psychotherapy notes is in no export. That it is exported stands in the audit before anything is. */
export async function* exportResources(ctx: Context, { types = resourceTypes, since }: ExportAsk): AsyncGenerator<ExportedLine> {
  const told = await carryOut(ctx.store, () =>
    tell(ctx, { action: 'export', query: types.length === resourceTypes.length ? '*' : types.join(',') }),
  )
  if (!told.ok) throw new Error(told.problem.detail)
  const start = await ctx.store.look({ ask: 'beginning' })
  const changed =
    since === undefined ? [] : [{ kind: 'lastUpdated' as const, values: [{ prefix: 'ge' as const, lo: since, hi: since }] }]
  for (const type of types) {
    const query = simpleQuery(type, changed, together)
    for (let after: string | undefined = start; after !== undefined; ) {
      const page: { items: readonly Stored[]; next?: string } = await ctx.store.look({
        ask: 'search',
        query,
        visible: exported,
        after,
        room,
      })
      for (const { text } of page.items) if (text !== undefined) yield { type, line: portable(text) }
      after = page.next
    }
  }
  for await (const line of exportedWithdrawals(ctx, types)) yield { type: withdrawnLabels, line }
}

/** What a store gives a version, and takes anew from wherever it comes. */
const ofTheStore = ['versionId', 'lastUpdated']

/** On one line, its digits and escapes as they are. */
function portable(text: string): string {
  const tree = parseTree(text)
  const meta = memberNamed(tree, 'meta')
  if (tree.kind === 'object' && meta?.value.kind === 'object') {
    const { members } = meta.value
    members.splice(0, members.length, ...members.filter(({ name }) => !ofTheStore.includes(name)))
    if (members.length === 0) tree.members.splice(tree.members.indexOf(meta), 1)
  }
  return printTree(tree).replace(/("(?:[^"\\]|\\.)*"?)|\s+/g, '$1')
}
