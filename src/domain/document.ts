/** A document: what it is, who wrote it, and the original as it came, which is kept and never changed. */
import { z } from 'zod'
import { Coding, Id, Identifier, Instant, list, Moment, Period, RefTo, Text, Uri } from './kernel.ts'
import { labelFields } from './labels.ts'
import type { Issue } from './problem.ts'
import { stateMachine } from './state-machine.ts'
import { changedBeside } from './unchanged.ts'

export const documentStates = ['current', 'superseded', 'entered-in-error'] as const

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/

/** The bytes, in base 64, and the Binary that they are kept in. */
export const Original = z.object({
  id: Id.optional(),
  clientId: Id.optional(),
  mime: z.string().regex(/^[a-z]+\/[a-z0-9.+-]+$/),
  data: z.string().regex(base64).optional(),
})
export type Original = z.infer<typeof Original>

/** Hex digits. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** The types of whoever writes documents. */
export const documentAuthors = ['Practitioner', 'PractitionerRole', 'Organization', 'Device', 'Patient', 'RelatedPerson'] as const

const fields = z.object({
  identifiers: list(Identifier),
  clientId: Id.optional(),
  type: Coding.optional(),
  categories: list(Coding),
  title: Text.optional(),
  description: Text.optional(),
  /** MIME type. */
  mime: Text.optional(),
  language: Text.optional(),
  /** Bytes, and SHA-256 of them in hex. */
  size: z.number().int().min(0).optional(),
  sha256: Sha256.optional(),
  createdAt: Moment.optional(),
  recordedAt: Instant.optional(),
  author: RefTo(...documentAuthors).optional(),
  custodian: RefTo('Organization').optional(),
  sessionId: Id.optional(),
  periodCovered: Period.optional(),
  docStatus: z.enum(['preliminary', 'final', 'amended', 'entered-in-error']).optional(),
  replaces: Id.optional(),
  /** Where the original is: `Binary/…` here, or a URL elsewhere. */
  storageRef: Uri.optional(),
  original: Original.optional(),
  ...labelFields,
  state: z.enum(documentStates),
})

/** Read schema: any DocumentReference that says something of its content. */
export const Document = fields.refine(
  ({ title, mime, language, size, sha256, createdAt, storageRef }) =>
    (title ?? mime ?? language ?? size ?? sha256 ?? createdAt ?? storageRef) !== undefined,
  'says nothing of its content',
)
export type Document = z.infer<typeof fields>

/** What we ask of a document of our own; the original comes with it, or is a Binary already. */
export const DocumentCommand = fields
  .extend({
    type: Coding,
    categories: z.array(Coding).min(1).readonly(),
    title: Text,
    author: RefTo(...documentAuthors),
  })
  .refine(({ original, storageRef }) => original?.data !== undefined || storageRef !== undefined, {
    message: 'or storageRef is required',
    path: ['original'],
  })

export const documentMachine = stateMachine({
  states: documentStates,
  events: {
    supersede: { from: ['current'], to: 'superseded' },
    'mark-error': { from: 'any', to: 'entered-in-error', reason: true },
  },
})

const kept = ['clientId', 'mime', 'size', 'sha256', 'storageRef', 'replaces'] as const

/** What was kept stays as it came: another document may replace it. */
export function otherContent(before: Document, next: Document): readonly Issue[] {
  const free = (Object.keys(fields.shape) as (keyof Document & string)[]).filter((name) => !kept.some((one) => one === name))
  // What nobody knew yet may be told.
  const known = kept.filter((name) => before[name] === undefined)
  return changedBeside(fields as z.ZodType<Document>, before, next, [...free, ...known], 'stays as it came')
}
