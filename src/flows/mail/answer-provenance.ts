/** Who answered by a secure link: a Provenance of what it wrote, and of the e-mail that the link went out with. https://hl7.org/fhir/R4/provenance.html */
import type { Provenance, Resource } from '@medplum/fhirtypes'
import type { Put } from '../../store/change.ts'
import { versionName } from '../audit/line.ts'
import { withLabelsOf } from '../collections/labels-of.ts'
import type { Gathered } from '../collections/parts.ts'
import type { Context } from '../context.ts'
import { nextOf, storedValue } from '../next-version.ts'

const participant = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type'

/** `reader`: a reference to who answered; `now`: what they moved, as it is afterwards. */
export function answerProvenance(ctx: Context, reader: string, mail: string, now: Gathered, at: string): Put {
  const written = now.stored.filter((one) => one.at === at)
  const provenance: Provenance = {
    resourceType: 'Provenance',
    target: written.map((one) => ({ reference: versionName(one) })),
    recorded: at,
    agent: [{ type: { coding: [{ system: participant, code: 'author' }] }, who: { reference: reader } }],
    entity: [{ role: 'source', what: { reference: `Communication/${mail}` } }],
  }
  const whole = written.map((one) => storedValue<Resource>(one)!)
  return nextOf(whole.reduce<Provenance>(withLabelsOf, provenance), ctx.newId('prv'), undefined, at)
}
