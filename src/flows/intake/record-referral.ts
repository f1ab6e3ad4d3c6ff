/** A referral note becomes a referral that waits to be taken up; there is one for all versions of the note. */
import type { ServiceRequest } from '@medplum/fhirtypes'
import type { CcdaReading } from '../../../mappings/ccda/reading.ts'
import { snomed } from '../../../mappings/codes/systems.ts'
import type { Issue } from '../../domain/problem.ts'
import type { Referral } from '../../domain/referral.ts'
import type { Put } from '../../store/change.ts'
import { ask, type Steps } from '../../store/store.ts'
import { putsFor } from '../collections/parts.ts'
import { referrals } from '../collections/referrals.ts'
import type { Context } from '../context.ts'
import { derivedId } from '../derived-id.ts'
import { asConcept, documentId, labelled, seriesOf } from './document-papers.ts'

export interface Asked {
  readonly puts: readonly Put[]
  readonly about: readonly string[]
  readonly issues: readonly Issue[]
}

export function* referralPuts(ctx: Context, reading: CcdaReading, clientId: string, at: string): Steps<Asked> {
  const id = derivedId('ref', ...seriesOf(reading))
  const about = [`ServiceRequest/${id}`]
  const stored = yield* ask({ ask: 'resource', type: 'ServiceRequest', id })
  if (stored) {
    const message = 'the referral of an earlier version stands: look whether this one asks for something else'
    return { puts: [], about, issues: [{ path: 'ClinicalDocument', message, severity: 'warning' }] }
  }
  const puts = putsFor(ctx, { collection: referrals, id, value: referralOf(reading, clientId), at })
  return { puts: puts.map((put) => (put.type === 'ServiceRequest' ? withReasons(reading, put) : put)), about, issues: [] }
}

function referralOf(reading: CcdaReading, clientId: string): Referral {
  const { id, author, service, writtenAt } = reading
  return {
    identifiers: [id],
    clientId,
    ...(author && { requester: author as NonNullable<Referral['requester']> }),
    kind: 'clinical-provider',
    category: { system: snomed, code: '3457005', display: 'Patient referral' },
    ...(service && { service }),
    reasons: [],
    goalIds: [],
    candidates: [],
    intent: 'order',
    attachments: [documentId(reading)],
    ...(writtenAt !== undefined && { requestedAt: writtenAt }),
    contactAttempts: [],
    sensitivity: [],
    legalBasis: [],
    requestStatus: 'active',
    state: 'requested',
  }
}

/** Why, in the note's own words, and the problems that it says are active. */
function withReasons(reading: CcdaReading, put: Put): Put {
  const active = reading.diagnoses.filter(({ refuted, status }) => !refuted && status === 'active')
  const reasonCode = [
    ...(reading.reason === undefined ? [] : [{ text: reading.reason }]),
    ...active.map(({ code }) => asConcept(code)),
  ]
  const request = labelled(reading, put.resource as ServiceRequest)
  const resource: ServiceRequest = { ...request, ...(reasonCode.length > 0 && { reasonCode }) }
  return { ...put, resource, text: JSON.stringify(resource) }
}
