/** The Composition of a safety plan: what it says besides the sections follows from the CarePlan. https://hl7.org/fhir/R4/composition.html */
import type { CarePlan, Composition } from '@medplum/fhirtypes'
import { safetyPlanCategory } from '../codes/safety-plan.ts'
import { core, local } from './extension.ts'
import { narrativeOf } from './narrative.ts'

const unknown = { extension: [{ url: core('data-absent-reason'), valueCode: 'unknown' }] }

/** Date and author stand once the plan's own are known; the first section is about the plan itself. */
export const blankDocument = {
  resourceType: 'Composition',
  status: 'preliminary',
  type: safetyPlanCategory,
  _date: unknown,
  author: [unknown],
  title: 'Safety plan',
  section: [{ title: 'Safety plan', code: safetyPlanCategory, text: narrativeOf(['Safety plan']) }],
} as unknown as Composition

const statusOf = { draft: 'preliminary', 'entered-in-error': 'entered-in-error' } as const
export const reviewedAt = local('reviewed-at')

const writers = ({ contributor = [] }: CarePlan): Composition['author'] =>
  contributor.filter(({ reference }) => reference !== undefined && !reference.startsWith('CareTeam/')) as Composition['author']

/** A document of ours with what its plan says now: whose it is, as of when, by whom. Another's document stays as it is. */
export function documentOf(document: Composition, plan: CarePlan, reference: string): Composition {
  const [about, ...sections] = document.section ?? []
  if (about?.code?.coding?.[0]?.code !== safetyPlanCategory.coding[0]!.code) return document
  const { _date: _, ...bare } = document as Composition & { readonly _date?: object }
  const date = plan.extension?.find(({ url }) => url === reviewedAt)?.valueDateTime ?? plan.created
  const author = writers(plan)
  return {
    ...(date === undefined ? document : { ...bare, date }),
    status: statusOf[plan.status as keyof typeof statusOf] ?? 'final',
    subject: plan.subject,
    ...(plan.language !== undefined && { language: plan.language }),
    ...(author.length > 0 && { author }),
    section: [{ ...about, entry: [{ reference }] }, ...sections],
  }
}
