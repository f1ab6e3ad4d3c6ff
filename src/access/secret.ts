/** Secrets that we make or compare: access tokens and the admin token. Kept and compared as hashes only. */
import { base64url } from 'jose'
import { sha256Hex } from '../digest.ts'

/** 256 random bits as 43 characters. */
export const newSecret = (random: (count: number) => Uint8Array): string => base64url.encode(random(32))

/** The bytes of such a secret. */
export const secretBytes = (secret: string): Uint8Array => base64url.decode(secret)

/** SHA-256, hex: enough for secrets of 256 random bits, which cannot be guessed from it. */
export const fingerprint = (secret: string): string => sha256Hex(secret)

/** Compares in a time that tells nothing of the secret: what is compared are hashes. */
export const isSecret = (given: string, secretFingerprint: string): boolean => fingerprint(given) === secretFingerprint
