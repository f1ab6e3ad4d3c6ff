/** The order of a worklist, and why something stands where it does. Pure: from the items and the time. */
import type { z } from 'zod'
import { epoch } from './calendar.ts'
import type { Priority } from './kernel.ts'

export interface WorklistItem {
  readonly collection: string
  readonly id: string
  readonly kind?: string | undefined
  readonly clientId?: string | undefined
  readonly what?: string | undefined
  readonly state: string
  readonly priority?: z.infer<typeof Priority> | undefined
  /** A moment, or a day to its end. */
  readonly dueAt?: string | undefined
  /** When a service level was missed. */
  readonly breachedAt?: string | undefined
  /** Of the client, 1 to 4. */
  readonly acuity?: number | undefined
}

interface Reason {
  readonly code: 'stat' | 'sla-breached' | 'asap' | 'urgent' | 'overdue' | 'due' | 'acuity'
  readonly at?: string
  readonly level?: number
}

export interface WorklistRow extends WorklistItem {
  /** The weightiest first. */
  readonly reasons: readonly Reason[]
}

const endOf = (due: string): number => (due.length > 10 ? epoch(due) : epoch(`${due}T23:59:59Z`)) ?? Number.POSITIVE_INFINITY
const dueTime = ({ dueAt }: WorklistItem): number => (dueAt === undefined ? Number.POSITIVE_INFINITY : endOf(dueAt))

/** stat, then what missed its service level, then asap, then urgent, then the rest. */
function rank({ priority, breachedAt }: WorklistItem): number {
  if (priority === 'stat') return 0
  if (breachedAt !== undefined) return 1
  return priority === 'asap' ? 2 : priority === 'urgent' ? 3 : 4
}

function reasonsFor(item: WorklistItem, now: number): readonly Reason[] {
  const { priority, breachedAt, dueAt, acuity } = item
  const pressing = priority === 'asap' || priority === 'urgent' ? [{ code: priority }] : []
  return [
    ...(priority === 'stat' ? [{ code: 'stat' as const }] : []),
    ...(breachedAt === undefined ? [] : [{ code: 'sla-breached' as const, at: breachedAt }]),
    ...pressing,
    ...(dueAt === undefined ? [] : [{ code: dueTime(item) < now ? ('overdue' as const) : ('due' as const), at: dueAt }]),
    ...(acuity === undefined ? [] : [{ code: 'acuity' as const, level: acuity }]),
  ]
}

/** Within one rank by the due time, then by how ill the client is, then by id: the order is total. */
const compare = (a: WorklistItem, b: WorklistItem): number =>
  rank(a) - rank(b) || by(dueTime(a), dueTime(b)) || (b.acuity ?? 0) - (a.acuity ?? 0) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
const by = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1)

export const worklistOf = (items: readonly WorklistItem[], at: string): readonly WorklistRow[] =>
  items.toSorted(compare).map((item) => ({ ...item, reasons: reasonsFor(item, epoch(at)!) }))
