/** Who pays, as lines name them: the coverage of a line, and the client's others that hold its day. */
import type { Coverage, Patient, RelatedPerson } from '@medplum/fhirtypes'
import clientMapping from '../../../mappings/client.patient.ts'
import coverageMapping from '../../../mappings/coverage.coverage.ts'
import relatedPersonMapping from '../../../mappings/related-person.related-person.ts'
import { holds } from '../../billing/facts.ts'
import type { NamedCoverage } from '../../domain/billing-item.ts'
import { type Coverage as Covered, inOrderOfPaying, isWithoutPayer } from '../../domain/coverage.ts'
import type { ServiceLine } from '../../domain/service-line.ts'
import { lookThrough } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { allowed } from '../fhir/allowed.ts'
import { inSightOf } from '../fhir/visible.ts'
import { allOf, patientIs } from '../questions.ts'
import { readAs, readStored } from '../read-as.ts'
import { plainId, typeOf } from '../references.ts'
import { type Named, nameOf, said } from './named.ts'

export class NamedCoverages {
  readonly #ctx: Context
  readonly #named: Named
  readonly #ofClients = new Map<string, Promise<readonly { readonly id: string; readonly value: Covered }[]>>()

  constructor(ctx: Context, named: Named) {
    this.#ctx = ctx
    this.#named = named
  }

  async of({ coverageId: id }: ServiceLine): Promise<NamedCoverage | undefined> {
    if (id === undefined) return undefined
    const coverage = readAs(coverageMapping, await this.#named.load<Coverage>('Coverage', id))
    return coverage ? this.#told(id, coverage) : { id }
  }

  async besides({ clientId, coverageId, serviceFrom: day }: ServiceLine): Promise<readonly NamedCoverage[]> {
    if (coverageId === undefined || day === undefined) return []
    const known = this.#ofClients.get(clientId) ?? this.#ofClient(clientId)
    this.#ofClients.set(clientId, known)
    const others = (await known).filter(
      ({ id, value: { state, kind, period } }) =>
        id !== coverageId &&
        state === 'active' &&
        !isWithoutPayer(kind) &&
        holds({ start: period?.start, end: period?.end }, day),
    )
    const inOrder = inOrderOfPaying(others.map((one) => ({ ...one, priority: one.value.priority })))
    return Promise.all(inOrder.map(({ id, value }) => this.#told(id, value)))
  }

  async #ofClient(clientId: string): Promise<readonly { readonly id: string; readonly value: Covered }[]> {
    if (!allowed(this.#ctx, 'read', 'Coverage').ok) return []
    const stored = await lookThrough(this.#ctx.store, allOf('Coverage', patientIs(clientId)))
    return stored.filter(inSightOf(this.#ctx)).flatMap((one) => {
      const value = readStored(coverageMapping, one)
      return value ? [{ id: one.id, value }] : []
    })
  }

  async #told(id: string, value: Covered): Promise<NamedCoverage> {
    const { kind, memberId, subscriberId, relationship, groupNumber, planName, priority, payerOrg, medicareSecondBecause } = value
    const payer = plainId(payerOrg)
    return {
      id,
      ...said({ kind, memberId, subscriberId, relationship, groupNumber, planName, priority, medicareSecondBecause }),
      ...said({
        subscriber: relationship === 'self' ? undefined : await this.#subscriber(value.subscriber),
        payer: payer === undefined ? undefined : await this.#named.organization(payer),
      }),
    }
  }

  async #subscriber(ref: Covered['subscriber']): Promise<NamedCoverage['subscriber']> {
    if (ref === undefined || !('id' in ref)) return undefined
    const { id } = ref
    const person =
      typeOf(ref) === undefined
        ? readAs(clientMapping, await this.#named.load<Patient>('Patient', id))
        : readAs(relatedPersonMapping, await this.#named.load<RelatedPerson>('RelatedPerson', id))
    return { id, ...(person && nameOf(person.names)) }
  }
}
