/** How likely a client is to be back in hospital soon, by an index: its points, and what they are made of. */
import { z } from 'zod'
import { Text } from './kernel.ts'
import type { Issue } from './problem.ts'

/** LACE: https://doi.org/10.1503/cmaj.091117, HOSPITAL: https://doi.org/10.1001/jamainternmed.2013.3023; or an index of the house's own. */
export const riskTools = ['LACE', 'HOSPITAL', 'local'] as const

const Points = z.number().int().min(0)

/** Components by name (`L`, `A`, `C`, `E`), each with its points. */
export const ReadmissionRisk = z.object({
  tool: z.enum(riskTools),
  score: Points,
  components: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/), Points).default({}),
  version: Text.optional(),
})
export type ReadmissionRisk = z.infer<typeof ReadmissionRisk>

/** The published indices are sums. */
export function miscounted(risk: ReadmissionRisk | undefined): readonly Issue[] {
  const points = Object.values(risk?.components ?? {})
  if (risk === undefined || risk.tool === 'local' || points.length === 0) return []
  const sum = points.reduce((all, one) => all + one, 0)
  return sum === risk.score ? [] : [{ path: 'readmissionRisk.score', message: 'is not what its components come to' }]
}
