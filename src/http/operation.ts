/** An operation as it is described (`operations.ts`), and what such tables say again and again. */
import type { z } from 'zod'

/** Statuses of what is done, each with the media types that its body may have. */
export type Answers = Readonly<Record<number, readonly string[]>>

export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** `{collection}` stands for each of them. */
  readonly path: string
  readonly summary: string
  /** Media type of the body, if it has one. */
  readonly body?: string
  /** It may be left out. */
  readonly isBodyOptional?: true
  readonly schema?: z.ZodType
  /** What may stand behind the `?`; nothing where there is none. */
  readonly query?: z.ZodObject
  /** Where it is not 200 with JSON, or, of a DELETE, 204. */
  readonly answers?: Answers
  /** What is answered as JSON, where a schema tells of it. */
  readonly answer?: z.ZodType
  /** Needs no token. */
  readonly open?: true
}

export const json = 'application/json'
export const made: Answers = { 201: [json] }
export const madeOrChanged: Answers = { 200: [json], 201: [json] }
export const page: Answers = { 200: ['text/html'] }

export const answersTo = ({ method, answers }: Operation): Answers =>
  answers ?? (method === 'delete' ? { 204: [] } : { 200: [json] })
