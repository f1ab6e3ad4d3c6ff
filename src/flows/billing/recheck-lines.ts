/** Held lines are computed anew when something that they may have waited for is written, whoever wrote it. */
import type {
  ChargeItem,
  Claim,
  ClaimResponse,
  Condition,
  Consent,
  Coverage,
  Encounter,
  Practitioner,
  PractitionerRole,
  Resource,
} from '@medplum/fhirtypes'
import { isIcd10 } from '../../domain/icd10.ts'
import type { ServiceLine } from '../../domain/service-line.ts'

import type { Filter } from '../../fhir/search/query.ts'
import type { Put } from '../../store/change.ts'
import type { Steps } from '../../store/store.ts'
import { initiatingCodes } from './care-around.ts'
import { linesOfBundle, recheckBundle } from './charge-bundle.ts'
import { recheckSession } from './charge-session.ts'
import { allOf, isOurLine, linesOfSession, linesWhere, putsFor } from './lines.ts'

/** New versions of lines that these writes release, or hold for other reasons. */
export function* recheckLines(puts: readonly Put[], at: string): Steps<readonly Put[]> {
  const concerns = puts.map(concernsOf)
  const patients = concerns.flatMap(({ patient }) => patient ?? [])
  const clinicians = concerns.flatMap(({ clinician }) => clinician ?? [])
  const performers = [...clinicians, ...(yield* rolesOf(clinicians))]
  const held = [...(yield* heldLines('patient', patients)), ...(yield* heldLines('performer-actor', performers))]
  const changes: Put[] = []
  for (const id of new Set(held.flatMap(({ bundleId }) => bundleId ?? []))) {
    const standing = yield* linesOfBundle(id)
    changes.push(...(yield* putsFor(id, standing, yield* recheckBundle(id, standing, at), at)))
  }
  for (const id of new Set(held.flatMap(({ sessionId }) => sessionId ?? []))) {
    const standing = yield* linesOfSession(id)
    changes.push(...(yield* putsFor(id, standing, yield* recheckSession(id, standing, at), at)))
  }
  return changes
}

const pointingAt = (param: string, references: readonly string[]): Filter => ({
  kind: 'reference',
  param,
  values: [...new Set(references)],
})

/** Roles of the practitioners among these: a line names one or the other. */
function* rolesOf(references: readonly string[]): Steps<readonly string[]> {
  const people = references.filter((one) => one.startsWith('Practitioner/'))
  if (people.length === 0) return []
  return (yield* allOf('PractitionerRole', pointingAt('practitioner', people))).map(({ id }) => `PractitionerRole/${id}`)
}

const waiting: Filter = { kind: 'token', param: 'status', values: [{ code: 'planned' }] }

function* heldLines(param: string, references: readonly string[]): Steps<readonly ServiceLine[]> {
  if (references.length === 0) return []
  const found = yield* linesWhere(pointingAt(param, references), waiting)
  return found.flatMap(({ value }) => (value.state === 'held' ? [value] : []))
}

/** References: whose lines may have waited for it. */
interface Concern {
  readonly patient?: string | undefined
  readonly clinician?: string | undefined
}

/** A look at the resource alone: most writes concern no line. */
function concernsOf({ id, resource: written }: Put): Concern {
  const resource = written as Resource
  switch (resource.resourceType) {
    case 'Coverage':
      return { patient: (resource as Coverage).beneficiary?.reference }
    case 'Claim':
    case 'ClaimResponse': {
      const { use, patient } = resource as Claim | ClaimResponse
      return use === 'preauthorization' ? { patient: patient?.reference } : {}
    }
    // Care management waits for the client's word, and for the visit that it begins with.
    case 'Consent':
      return { patient: (resource as Consent).patient?.reference }
    case 'Encounter': {
      const encounter = resource as Encounter
      return initiatingCodes(encounter).length > 0 ? { patient: encounter.subject?.reference } : {}
    }
    case 'Condition': {
      const { code, subject } = resource as Condition
      return (code?.coding ?? []).some(isIcd10) ? { patient: subject?.reference } : {}
    }
    // A line that is void leaves its units to others.
    case 'ChargeItem': {
      const { status, subject } = resource as ChargeItem
      return status === 'aborted' && isOurLine(resource) ? { patient: subject?.reference } : {}
    }
    case 'Practitioner':
      return (resource as Practitioner).qualification ? { clinician: `Practitioner/${id}` } : {}
    case 'PractitionerRole':
      return { clinician: (resource as PractitionerRole).practitioner?.reference }
    default:
      return {}
  }
}
