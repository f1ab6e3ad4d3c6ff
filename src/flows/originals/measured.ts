/** Bytes of documents as Binaries hold them: base 64, measured and hashed. https://hl7.org/fhir/R4/binary.html */
import { sha256Hex } from '../../digest.ts'
import { bytesInBase64 } from '../../domain/base64.ts'

export interface Measured {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly size: number
  /** SHA-256 in hex. */
  readonly sha256: string
}

/** `data` is base 64. */
export function measured(data: string): Measured {
  const bytes = bytesInBase64(data)
  return { bytes, size: bytes.length, sha256: sha256Hex(bytes) }
}
