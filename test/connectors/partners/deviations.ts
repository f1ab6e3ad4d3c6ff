/** One deviation of a partner from plain R4, as a story told twice: to a plain connection, and to one of the partner's flavour. */
import { afterEach, describe, expect, it } from 'vitest'
import type { ResourceToPut } from '../../support/coordination.ts'
import { type Story, type Told, tell } from '../../support/partner.ts'

/** A concept of HL7's own terminology. */
export const concept = (system: string, code: string) => ({
  coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }],
})

interface Deviation {
  readonly that: string
  readonly push: readonly string[]
  /** In the order they are put. */
  readonly resources: readonly ResourceToPut[]
  /** What the partner says to the plain connection, in its OperationOutcome. */
  readonly refusal: string
  /** What then stands at the partner of the last of them, by the connection of its flavour. */
  readonly arrives: Record<string, unknown>
}

/** Tells each deviation twice. What is sent before the last resource arrives as well. `story`: of both, and `theirs`: of the connection that does it right. */
export function tellDeviations(
  partner: string,
  deviations: readonly Deviation[],
  story: Partial<Story> = {},
  theirs: Partial<Story> = { flavour: partner },
): void {
  describe.each(deviations.map((one) => ({ ...one })))('$that', ({ push, resources, refusal, arrives }) => {
    let told: Told
    afterEach(() => told.end())
    const last = resources.at(-1)!

    it('is refused when it is said plainly, and laid with the dead letters', async () => {
      told = await tell({ partner, flavour: 'fhir-r4', push, ...story })
      await told.send(...resources)
      const dead = await told.dead()
      expect(dead.join('\n')).toContain('OperationOutcome')
      expect(dead.join('\n')).toContain(refusal)
      expect(told.partner.all(last.resourceType)).toEqual([])
    })

    it('arrives when it is said as they want it', async () => {
      told = await tell({ partner, flavour: 'fhir-r4', push, ...story, ...theirs })
      await told.send(...resources)
      expect(await told.dead()).toEqual([])
      expect(told.partner.all(last.resourceType)).toMatchObject([arrives])
    })
  })
}

/** A create that arrives and is never answered, and how many of them then stand there. */
export async function afterALostAnswer(story: Omit<Story, 'fault'>, resources: readonly ResourceToPut[]): Promise<Told> {
  const type = resources.at(-1)!.resourceType
  let lost = 0
  const told = await tell({
    ...story,
    fault: (request) =>
      request.method === 'POST' && request.path === type && lost++ === 0 ? { kind: 'cut', when: 'after' } : undefined,
  })
  await told.send(...resources)
  return told
}
