/** Whoever has signed in: their caseloads' clients by name, and the work items that are theirs or their clients', the most pressing first. */
import type { Patient } from '@medplum/fhirtypes'
import { isOpen } from '../../domain/caseload.ts'
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
import { rolesOf } from './supervision.ts'
import { worklistRows } from './worklist.ts'

export interface OwnClient {
  readonly id: string
  readonly name: string
  readonly acuity?: number
  readonly zone?: string
}

export interface OwnWork {
  readonly name: string
  /** Of theirs the one that work is handed to: the coordinator's of a caseload, else the first. */
  readonly role?: string
  readonly clients: readonly OwnClient[]
  readonly items: readonly WorklistRow[]
}

/** Empty for whoever is no Practitioner, or coordinates nobody. Problem: `forbidden`. */
export async function ownWork(ctx: Context): Promise<Result<OwnWork>> {
  for (const type of ['List', 'Task']) {
    const may = allowed(ctx, 'search-type', type)
    if (!may.ok) return may
  }
  const { at } = await ctx.store.look({ ask: 'now' })
  const day = at.slice(0, 10)
  const roles = await lookThrough(ctx.store, rolesOf(targetOf(ctx.principal.id).id))
  const ids = roles.flatMap(({ id }) => id ?? [])
  const caseloads = (await lookThrough(ctx.store, caseloadsOf(ids))).filter(({ stored }) => shown(ctx, stored))
  const acuities = new Map<string, number | undefined>()
  const items = new Map<string, WorklistRow>()
  for (const { value } of caseloads) {
    for (const one of value.assignments.filter((each) => isOpen(each, day))) acuities.set(one.clientId, one.acuity)
    const rows = await lookThrough(
      ctx.store,
      worklistRows(value, at, (stored) => shown(ctx, stored)),
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
  const role = caseloads[0]?.value.coordinatorId ?? ids[0]
  return ok({
    name: (await calledAt(ctx, ctx.principal.id)) ?? ctx.principal.id,
    ...(role !== undefined && { role }),
    clients: clients.toSorted((a, b) => a.name.localeCompare(b.name)),
    items: worklistOf([...items.values()], at),
  })
}
