/** Whoever has signed in: their caseloads' clients by name, and the work items that are theirs or their clients', the most pressing first. */
import type { Patient } from '@medplum/fhirtypes'
import { type Caseload, isOpen } from '../../domain/caseload.ts'
import { ok, type Result } from '../../domain/problem.ts'
import { type WorklistRow, worklistOf } from '../../domain/worklist.ts'
import { lookThrough } from '../../store/store.ts'
import { zoneOf } from '../clients/client-facts.ts'
import type { Context } from '../context.ts'
import { allowed } from '../fhir/allowed.ts'
import { shown } from '../fhir/visible.ts'
import { calledAt, lookUp, nameOf } from '../look-up.ts'
import { targetOf } from '../references.ts'
import { caseloadsOf } from './assignments.ts'
import { rolesOn } from './supervision.ts'
import { worklistRows } from './worklist.ts'

interface OwnClient {
  readonly id: string
  readonly name: string
  readonly acuity?: number
  readonly zone?: string
}

interface OwnWork {
  readonly name: string
  /** Of theirs the one that work is handed to: the coordinator's of a caseload, else the first. */
  readonly role?: string
  readonly clients: readonly OwnClient[]
  readonly items: readonly WorklistRow[]
}

const without = (coordinatorId: string): Caseload => ({ coordinatorId, identifiers: [], assignments: [], state: 'current' })

/** Empty for whoever is no Practitioner. Problem: `forbidden`. */
export async function ownWork(ctx: Context): Promise<Result<OwnWork>> {
  const may = allowed(ctx, 'search-type', 'List', 'Task')
  if (!may.ok) return may
  const { at } = await ctx.store.look({ ask: 'now' })
  const day = at.slice(0, 10)
  const roles = await lookThrough(ctx.store, rolesOn(targetOf(ctx.principal.id).id, day))
  const ids = roles.flatMap(({ id }) => id ?? [])
  const held = (await lookThrough(ctx.store, caseloadsOf(ids)))
    .filter(({ stored }) => shown(ctx, stored))
    .map(({ value }) => value)
  // Work may be somebody's who has no caseload: a supervisor's.
  const others = ids.filter((id) => !held.some(({ coordinatorId }) => coordinatorId === id)).map(without)
  const acuities = new Map<string, number | undefined>()
  const items = new Map<string, WorklistRow>()
  for (const caseload of [...held, ...others]) {
    for (const one of caseload.assignments.filter((each) => isOpen(each, day))) acuities.set(one.clientId, one.acuity)
    const rows = await lookThrough(
      ctx.store,
      worklistRows(caseload, at, (stored) => shown(ctx, stored)),
      ctx.pause,
    )
    for (const row of rows) if (row.collection === 'work-items') items.set(row.id, row)
  }
  const clients: OwnClient[] = []
  for (const [id, acuity] of acuities) {
    const patient = (await lookUp(ctx, `Patient/${id}`)) as Patient | undefined
    if (!patient) continue
    const zone = await lookThrough(ctx.store, zoneOf(id))
    clients.push({
      id,
      name: nameOf(patient) ?? id,
      ...(acuity !== undefined && { acuity }),
      ...(zone !== undefined && { zone }),
    })
  }
  const role = held[0]?.coordinatorId ?? ids[0]
  return ok({
    name: (await calledAt(ctx, ctx.principal.id)) ?? ctx.principal.id,
    ...(role !== undefined && { role }),
    clients: clients.toSorted((a, b) => a.name.localeCompare(b.name)),
    items: worklistOf([...items.values()], at),
  })
}
