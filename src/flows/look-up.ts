/** Resources as a caller may see them, and how those of people are called. */
import type { HumanName, Practitioner, PractitionerRole, Resource } from '@medplum/fhirtypes'
import { literal } from '../lens/literal.ts'
import type { Context } from './context.ts'
import { allowed } from './fhir/allowed.ts'
import { readableNow } from './fhir/redaction.ts'
import { shown } from './fhir/visible.ts'
import { storedValue } from './next-version.ts'

/** The resource that a reference leads to, if it is here and this caller may see it. */
export async function lookUp(ctx: Context, reference: string): Promise<Resource | undefined> {
  const here = literal(reference)
  if (!here || !allowed(ctx, 'read', here.type).ok) return undefined
  const stored = await ctx.store.look({ ask: 'resource', ...here })
  if (stored?.text === undefined || !shown(ctx, stored)) return undefined
  const [readable] = await readableNow(ctx, [stored])
  return storedValue<Resource>(readable)
}

const ranks = ['usual', 'official', undefined] as const

/** The name that somebody goes by, else the official one, else any but an old one. */
export function spoken(names: readonly HumanName[] | undefined): string | undefined {
  const current = (names ?? []).filter(({ use }) => use !== 'old' && use !== 'maiden')
  const name = ranks.map((rank) => current.find(({ use }) => use === rank)).find((one) => one) ?? current[0]
  const parts = name && [...(name.given ?? []), name.family, ...(name.suffix ?? [])]
  return name && (name.text ?? (parts!.filter((part) => part !== undefined).join(' ') || undefined))
}

/** How the person or organization is called that a reference leads to, if the caller may know. */
export async function calledAt(ctx: Context, reference: string): Promise<string | undefined> {
  const resource = await lookUp(ctx, reference)
  if (resource?.resourceType === 'PractitionerRole') {
    const { practitioner } = resource as PractitionerRole
    return practitioner?.reference === undefined ? practitioner?.display : await calledAt(ctx, practitioner.reference)
  }
  return resource && nameOf(resource)
}

/** The name that a resource itself bears. */
export function nameOf(resource: Resource): string | undefined {
  const { name } = resource as { name?: string | Practitioner['name'] }
  return typeof name === 'string' ? name : spoken(name)
}
