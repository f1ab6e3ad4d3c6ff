/** Signatures by hand: `signature` of `mappings/shared/session-extensions.ts`. */
import type * as fhir from '@medplum/fhirtypes'
import { local } from '../../../mappings/shared/extension.ts'
import type { Session } from '../../../src/domain/session.ts'
import { handleOf } from '../../../src/lens/handle.ts'
import { code, instant, known, needed, type Report, text } from './checks.ts'
import { find, inExtension } from './extensions.ts'
import { idIn, refer } from './references.ts'
import { named, setExtension } from './writes.ts'

export type Signature = Session['signatures'][number]

const signatureUrl = local('signature')
const roles = known('client', 'guardian', 'coordinator', 'clinician', 'supervisor')
const methods = known('wet', 'electronic', 'verbal-witnessed')
const path = {
  party: inExtension('party', 'valueString'),
  role: inExtension('role', 'valueCode'),
  method: inExtension('method', 'valueCode'),
  at: inExtension('at', 'valueDateTime'),
  document: inExtension('document', 'valueReference'),
}

export function readSignature(raw: fhir.Extension, report: Report): Signature | undefined {
  if (raw.url !== signatureUrl) return undefined
  const inner = raw.extension
  const said = {
    party: find(inner, 'party')?.valueString,
    role: find(inner, 'role')?.valueCode,
    method: find(inner, 'method')?.valueCode,
    at: find(inner, 'at')?.valueDateTime,
  }
  const party = needed(said.party, text(said.party, path.party, report), path.party, report)
  const role = needed(said.role, code<Signature['role']>(said.role, roles, path.role, report), path.role, report)
  const method = needed(said.method, code<Signature['method']>(said.method, methods, path.method, report), path.method, report)
  const at = needed(said.at, instant(said.at, path.at, report), path.at, report)
  const documentId = idIn(find(inner, 'document')?.valueReference, 'DocumentReference', path.document, report)
  if (party === undefined || role === undefined || method === undefined || at === undefined) return undefined
  return { handle: handleOf(raw), party, role, method, at, documentId }
}

export function writeSignature(value: Signature, prior?: fhir.Extension): fhir.Extension {
  let inner = setExtension(prior?.extension, 'party', 'valueString', value.party)
  inner = setExtension(inner, 'role', 'valueCode', value.role)
  inner = setExtension(inner, 'method', 'valueCode', value.method)
  inner = setExtension(inner, 'at', 'valueDateTime', value.at)
  const document = find(inner, 'document')?.valueReference
  inner = setExtension(inner, 'document', 'valueReference', refer('DocumentReference', value.documentId, document))
  return named({ ...prior, url: signatureUrl, extension: inner! }, value.handle)
}
