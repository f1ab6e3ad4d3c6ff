/** Bundles: the structure of what comes in, and what goes out as text around stored texts. https://hl7.org/fhir/R4/bundle.html */
import type { Result } from '../domain/problem.ts'
import type { Exact } from './exact.ts'

export type Method = 'DELETE' | 'POST' | 'PUT' | 'PATCH' | 'GET' | 'HEAD'

/** What an entry's request asks for, its URL taken apart. */
export interface EntryRequest {
  readonly method: Method
  /** As sent. */
  readonly url: string
  /** Absent for system interactions. */
  readonly type?: string
  readonly id?: string
  readonly version?: string
  /** `$operation` or `_history`. */
  readonly operation?: string
  /** After the `?`, not decoded: criteria of a conditional update or delete, or a search. */
  readonly query?: string
  readonly ifMatch?: string
  readonly ifNoneMatch?: string
  readonly ifNoneExist?: string
  readonly ifModifiedSince?: string
}

export interface BundleEntry {
  /** Place in the bundle: answers keep this order. */
  readonly index: number
  readonly fullUrl?: string
  readonly resource?: Exact
  /** Present in transactions and batches. */
  readonly request?: EntryRequest
}

export interface IncomingBundle {
  readonly type: 'transaction' | 'batch' | 'message' | 'collection' | 'document' | 'searchset' | 'history'
  readonly entries: readonly BundleEntry[]
}

/** Checks structure: type, entry limit, fullUrl uniqueness (bdl-7), request presence and shape, resource type against URL. */
export function readBundle(bundle: Exact, limits: { readonly entries: number }): Result<IncomingBundle> {
  throw new Error(`to be filled in: ${typeof bundle} ${typeof limits}`)
}

/** DELETE, POST, PUT and PATCH, GET and HEAD; within each, the order sent. https://hl7.org/fhir/R4/http.html#trules */
export function processingOrder(entries: readonly BundleEntry[]): BundleEntry[] {
  throw new Error(`to be filled in: ${typeof entries}`)
}

/** Answer of one entry, as text. */
export interface EntryResponse {
  /** `201 Created` … */
  readonly status: string
  readonly location?: string
  readonly etag?: string
  readonly lastModified?: string
  /** Text of the resource to return, if any. */
  readonly resource?: string
  /** Text of an OperationOutcome, if any. */
  readonly outcome?: string
}

export function responseBundle(type: 'transaction-response' | 'batch-response', responses: readonly EntryResponse[]): string {
  throw new Error(`to be filled in: ${type} ${typeof responses}`)
}

export interface SearchsetEntry {
  readonly fullUrl: string
  readonly mode: 'match' | 'include' | 'outcome'
  /** Text, served untouched. */
  readonly resource: string
}

export interface BundleLink {
  readonly relation: 'self' | 'next' | 'previous' | 'first'
  readonly url: string
}

export function searchset(entries: readonly SearchsetEntry[], links: readonly BundleLink[], total?: number): string {
  throw new Error(`to be filled in: ${typeof entries} ${typeof links} ${total}`)
}

export interface HistoryEntry {
  readonly fullUrl: string
  readonly type: string
  readonly id: string
  readonly version: number
  readonly at: string
  /** Absent for a deletion. */
  readonly resource?: string
}

export function historyBundle(entries: readonly HistoryEntry[], links: readonly BundleLink[], total?: number): string {
  throw new Error(`to be filled in: ${typeof entries} ${typeof links} ${total}`)
}
