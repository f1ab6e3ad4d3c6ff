/** Lines that no commit of their own carries: those of one turn of the event loop, and of the commit that is under way, are kept together. */
import { ok, type Result } from '../../domain/problem.ts'
import type { Audit } from '../../store/change.ts'
import { ask, type Steps, type Store, write } from '../../store/store.ts'

interface Group {
  readonly lines: Omit<Audit, 'at'>[]
  readonly kept: Promise<Result<undefined>>
}

const open = new WeakMap<Store, Group>()

/** Settles when the line is on the disk. */
export function keepInGroup(store: Store, line: Omit<Audit, 'at'>): Promise<Result<undefined>> {
  const group = open.get(store) ?? begin(store)
  group.lines.push(line)
  return group.kept
}

function begin(store: Store): Group {
  const lines: Group['lines'] = []
  const group = { lines, kept: store.commit(() => writing(store, lines)) }
  open.set(store, group)
  return group
}

function* writing(store: Store, lines: Group['lines']): Steps<Result<undefined>> {
  // Whoever comes from now on is told of in the next.
  if (open.get(store)?.lines === lines) open.delete(store)
  const { at } = yield* ask({ ask: 'now' })
  yield* write(...lines.map((line) => ({ ...line, at })))
  return ok(undefined)
}
