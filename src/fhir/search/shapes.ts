/** How the emitters look at elements: what has another shape than its type has is passed over. */
import type { Sink } from './index-row.ts'
import type { SearchPath } from './table.ts'

export type Members = Readonly<Record<string, unknown>>
/** Hands the values of one element to the sink. */
export type Emit = (sink: Sink, param: string, value: unknown, path: SearchPath) => void

export const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
export const members = (value: unknown): Members | undefined =>
  typeof value === 'object' && value !== null ? (value as Members) : undefined
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
