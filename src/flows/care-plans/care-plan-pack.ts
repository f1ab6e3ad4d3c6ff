/**
 * A care plan as a document to take along: the plan, the client, and the needs, goals, people and orders that it names, as they stand now.
 * https://hl7.org/fhir/R4/documents.html
 */
import type { Bundle, BundleEntry, CarePlan, Composition, CompositionSection, Reference, Resource } from '@medplum/fhirtypes'
import { Confidentiality } from '../../domain/kernel.ts'
import { loinc } from '../../domain/loinc.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { collectionOf } from '../collections/index.ts'
import { type Context, nowOf } from '../context.ts'
import { allowed } from '../fhir/allowed.ts'
import { lookUp } from '../look-up.ts'

const missing = fail('not-found', 'There is no such care plan.')

const referencesIn = (items: readonly (Reference | undefined)[] | undefined): readonly string[] =>
  (items ?? []).flatMap((item) => item?.reference ?? [])

/** What the plan names, by section. */
const sectionsOf = (plan: CarePlan): readonly (readonly [title: string, references: readonly string[]])[] => [
  ['Needs', referencesIn(plan.addresses)],
  ['Goals', referencesIn(plan.goal)],
  ['Interventions', referencesIn(plan.activity?.map(({ reference }) => reference))],
  ['Team', referencesIn([...(plan.careTeam ?? []), ...(plan.contributor ?? [])])],
  ['Crisis plan', referencesIn(plan.supportingInfo)],
]

/** The text of a Bundle of type document. Nothing is written by it. */
export async function carePlanPack(ctx: Context, id: string): Promise<Result<string>> {
  const may = allowed(ctx, 'read', 'CarePlan')
  if (!may.ok) return may
  const plan = (await lookUp(ctx, `CarePlan/${id}`)) as CarePlan | undefined
  if (!plan || collectionOf(plan)?.name !== 'care-plans') return missing
  const entries = new Map<string, Resource>([[`CarePlan/${id}`, plan]])
  const add = async (reference: string | undefined): Promise<boolean> => {
    const found = reference === undefined ? undefined : (entries.get(reference) ?? (await lookUp(ctx, reference)))
    if (found) entries.set(reference!, found)
    return found !== undefined
  }
  await add(plan.subject?.reference)
  await add(plan.author?.reference)
  const section: CompositionSection[] = [{ title: 'Plan', entry: [{ reference: `CarePlan/${id}` }] }]
  for (const [title, references] of sectionsOf(plan)) {
    const entry: Reference[] = []
    for (const reference of references) if (await add(reference)) entry.push({ reference })
    if (entry.length > 0) section.push({ title, entry })
  }
  const at = nowOf(ctx)
  const composition = compositionOf(ctx, plan, section, at)
  const base = `${ctx.settings.baseUrl}/fhir`
  const whole: readonly (readonly [string, Resource])[] = [[`Composition/${composition.id}`, composition], ...entries]
  const bundle: Bundle = {
    resourceType: 'Bundle',
    ...envelope(whole.map(([, resource]) => resource)),
    identifier: { system: `${ctx.settings.canonicalBase}/NamingSystem/document`, value: composition.id! },
    type: 'document',
    timestamp: at,
    entry: whole.map(([reference, resource]): BundleEntry => ({ fullUrl: `${base}/${reference}`, resource })),
  }
  return ok(JSON.stringify(bundle))
}

const levels = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'
/**
 * As confidential as the strictest of what is inside, and no word of why: an envelope does not tell what is in it.
 * https://hl7.org/fhir/uv/security-label-ds4p/security_labeling_conceptual_structure.html
 */
function envelope(contents: readonly Resource[]): Pick<Bundle, 'meta'> {
  const labels = contents.flatMap(({ meta }) => meta?.security ?? []).filter(({ system }) => system === levels)
  const code = Confidentiality.options.findLast((level) => labels.some((label) => label.code === level))
  return code === undefined ? {} : { meta: { security: [{ system: levels, code }] } }
}

function compositionOf(ctx: Context, plan: CarePlan, section: CompositionSection[], at: string): Composition {
  const { security } = plan.meta ?? {}
  return {
    resourceType: 'Composition',
    id: ctx.newId('doc'),
    ...(security && { meta: { security } }),
    status: plan.status === 'draft' ? 'preliminary' : plan.status === 'entered-in-error' ? plan.status : 'final',
    type: { coding: [{ system: loinc, code: '18776-5', display: 'Plan of care note' }] },
    subject: plan.subject as Reference,
    date: at,
    author: [(plan.author ?? { display: 'Warm Handoff' }) as NonNullable<Composition['author']>[number]],
    title: plan.title ?? 'Care plan',
    section,
  }
}
