/** A queued communication as Direct takes it: to whom, what of the record goes along, and the bytes of its documents. */
import type { Attachment, Binary, DocumentReference } from '@medplum/fhirtypes'
import type { Enclosure } from '../../connectors/mail.ts'
import { type Communication, usableContact } from '../../domain/communication.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { valueIn } from '../../fhir/exact.ts'
import { guardOf } from '../../fhir/search/labels.ts'
import { concerns } from '../../fhir/search/patients-of.ts'
import { ask, type Steps, type Stored } from '../../store/store.ts'
import { communications } from '../collections/communications.ts'
import { hold } from '../collections/parts.ts'
import { staysInHouse } from '../delivery/in-house.ts'
import { storedValue } from '../next-version.ts'
import { idIn } from '../references.ts'
import { type Listed, listedIn } from './directory.ts'

export interface Parcel {
  readonly said: Communication
  readonly reader: Listed
  /** The Communication, and the documents that it names. */
  readonly records: readonly Stored[]
  readonly enclosures: readonly Enclosure[]
}

const unfit = (detail: string): Result<never> => fail('guard-failed', detail)

/** As it stands now. Problems: `guard-failed`, and why. */
export function* parcelOf(id: string): Steps<Result<Parcel>> {
  const held = yield* hold(communications, id)
  const stored = yield* ask({ ask: 'resource', type: 'Communication', id })
  if (!held.ok || stored?.text === undefined) return unfit('The communication is no longer there.')
  const said = held.value.value as Communication
  const reader = yield* listedIn(said.to[0])
  const addresses = reader?.contacts.filter(({ value }) => value === said.sentTo) ?? []
  if (!reader || usableContact(addresses, 'direct', true) === undefined)
    return unfit('The Direct address is no longer theirs to be written to at.')
  if (staysInHouse(valueIn(stored.text))) return unfit('It is not for partners.')
  const records = [stored]
  const enclosures: Enclosure[] = []
  for (const document of said.attachments) {
    const one = yield* ask({ ask: 'resource', type: 'DocumentReference', id: document })
    const files = one && (yield* filesOf(one, said.clientId))
    if (!files)
      return unfit('An attachment cannot be sent: not here with its bytes, not about this client alone, or not for partners.')
    records.push(one)
    for (const file of files) enclosures.push(named(file, enclosures.length + 1))
  }
  return ok({ said, reader, records, enclosures })
}

type File = Omit<Enclosure, 'filename'>

function* filesOf(stored: Stored, clientId: string | undefined): Steps<readonly File[] | undefined> {
  const document = storedValue<DocumentReference>(stored)
  if (!document || document.status === 'entered-in-error' || staysInHouse(document)) return undefined
  const [whom, ...others] = concerns(document)
  if (others.length > 0 || whom !== clientId) return undefined
  const files: File[] = []
  for (const { attachment } of document.content ?? []) {
    const base64 = yield* bytesOf(attachment, document)
    if (base64 === undefined) return undefined
    files.push({ contentType: attachment.contentType ?? 'application/octet-stream', base64 })
  }
  return files
}

/** An original is as protected as it says, whatever the record says that names it. */
function* bytesOf({ data, url }: Attachment, document: DocumentReference): Steps<string | undefined> {
  const id = idIn(url, 'Binary')
  if (data !== undefined || id === undefined) return data
  const kept = yield* ask({ ask: 'resource', type: 'Binary', id })
  if (kept?.guard && kept.guard > guardOf(document)) return undefined
  return storedValue<Binary>(kept)?.data
}

const endings = new Map(
  Object.entries({
    'application/pdf': 'pdf',
    'application/xml': 'xml',
    'text/xml': 'xml',
    'application/json': 'json',
    'application/fhir+json': 'json',
    'text/plain': 'txt',
    'text/html': 'html',
    'image/png': 'png',
    'image/jpeg': 'jpg',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  }),
)

/** A title can tell something: names of files do not. */
function named(file: File, number: number): Enclosure {
  const ending = endings.get(file.contentType.split(';', 1)[0]!.trim().toLowerCase())
  return { ...file, filename: ending === undefined ? `document-${number}` : `document-${number}.${ending}` }
}
