/**
 * Exact JSON: what was sent is kept as text; the parsed value loses no digit.
 */
import type { Result } from '../domain/problem.ts'

/** A JSON object that is (or claims to be) a resource. Content is unknown until validated. */
export interface JsonObject {
  readonly [member: string]: unknown
}

export interface JsonLimits {
  /** Largest size in bytes (UTF-16 units where a string is given). */
  readonly bytes: number
  /** Deepest nesting of objects and arrays; 64 if absent. */
  readonly depth?: number
}

/** A string in the text that refers to another resource: `Reference.reference`, or a uri or url that could equal a `fullUrl`. */
export interface Link {
  readonly kind: 'reference' | 'uri'
  readonly value: string
}

/** A resource as text and value. Numbers that would not print as they were written are `JSON.rawJSON` objects in the value. */
export interface Exact {
  readonly text: string
  readonly value: JsonObject
  readonly links: readonly Link[]
  /** For a Bundle: the resource of each entry, undefined where the entry has none. */
  readonly entries: readonly (Exact | undefined)[]
}

export interface Stamp {
  readonly id: string
  readonly versionId: string
  /** RFC 3339, UTC, milliseconds. */
  readonly lastUpdated: string
  /** New text for links (a Map will do): asked with the link as written; undefined leaves it. */
  readonly references?: { get(link: string): string | undefined }
}

/**
 * Strict UTF-8 without BOM, RFC 8259 JSON, root an object, no duplicate or dangerous member names, no lone surrogates, no U+0000.
 * Fails `unreadable` (naming the position) or `too-large`.
 */
export function readJson(input: Uint8Array | string, limits: JsonLimits): Result<Exact> {
  throw new Error(`to be filled in: ${typeof input} ${typeof limits}`)
}

/** From text that was checked before (stored, or made by us). */
export function fromText(text: string): Exact {
  throw new Error(`to be filled in: ${text}`)
}

/** From a value of our own making; its text is JSON.stringify's. */
export function fromValue(value: object): Exact {
  throw new Error(`to be filled in: ${typeof value}`)
}

/** The text with id, meta.versionId, meta.lastUpdated and new references spliced in (all else byte for byte), and its value. */
export function stamp(exact: Exact, stamp: Stamp): { readonly text: string; readonly value: JsonObject } {
  throw new Error(`to be filled in: ${typeof exact} ${typeof stamp}`)
}

export { digitsOf, exactNumber, isNumber, toNumber } from './number.ts'
