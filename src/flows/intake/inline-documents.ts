/** Clinical documents (C-CDA) that came inside of a DocumentReference. https://hl7.org/fhir/R4/documentreference.html */
import type { DocumentReference } from '@medplum/fhirtypes'
import { decode } from '../../ccda/charset.ts'
import type { Result } from '../../domain/problem.ts'
import type { Context } from '../context.ts'
import { allowed } from '../fhir/allowed.ts'
import { measured } from '../originals/measured.ts'

/** May the caller bring clinical documents, and all that they tell? */
export const mayBringDocuments = (ctx: Context): Result<undefined> => allowed(ctx, 'create', 'Encounter', 'DocumentReference')

/** As XML is called. https://www.rfc-editor.org/rfc/rfc7303 */
const isXml = (type: string): boolean => {
  const [plain = ''] = type.toLowerCase().split(';', 1)
  return plain.endsWith('/xml') || plain.endsWith('+xml')
}
/** Whatever stands before its first element. */
const prologue = 8192

/** Could there be one in it? Looks at types alone. */
const mayHoldDocuments = ({ content }: DocumentReference): boolean =>
  Array.isArray(content) &&
  content.some((one) => typeof one?.attachment?.data === 'string' && isXml(String(one.attachment.contentType ?? '')))

/** Their bytes; what is no clinical document is passed over. */
export function documentsIn(reference: DocumentReference): readonly Uint8Array[] {
  if (!mayHoldDocuments(reference)) return []
  return reference.content.flatMap(({ attachment }) => {
    if (typeof attachment?.data !== 'string' || !isXml(attachment.contentType ?? '')) return []
    const bytes = bytesOf(attachment.data)
    const text = bytes && decode(bytes)
    return bytes && text?.ok && text.value.slice(0, prologue).includes('ClinicalDocument') ? [bytes] : []
  })
}

/** Base 64 may be broken into lines. */
function bytesOf(data: string): Uint8Array | undefined {
  const plain = data.split(/\s+/).join('')
  return /^[A-Za-z0-9+/]*={0,2}$/.test(plain) && plain.length % 4 === 0 ? measured(plain).bytes : undefined
}
