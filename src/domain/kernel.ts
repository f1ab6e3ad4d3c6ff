/**
 * Words that every domain type shares. Each domain type has two schemas: *read* requires only what FHIR R4 requires of its anchor
 * (absent stays absent, no defaults), *command* requires what our rules need.
 */
import { z } from 'zod'

/** Any FHIR id. https://hl7.org/fhir/R4/datatypes.html#id */
export const Id = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/)
/** The name of a resource type, as far as can be told without the list of them. */
export const TypeName = z.string().regex(/^[A-Z][A-Za-z]{1,63}$/)
/** `Appointment/a1` */
export const TypeAndId = z.string().regex(/^[A-Z][A-Za-z]{1,63}\/[A-Za-z0-9\-.]{1,64}$/)
/** RFC 3339 with offset; the offset it came with is kept. */
export const Instant = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/)
/** `1984`, `1984-03` or `1984-03-17`. */
export const PartialDate = z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/)
/** A day on somebody's calendar: `2026-03-08`; the zone stands beside it. */
export const LocalDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
/** `2026-03` */
export const Month = z.string('is required').regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'is a month such as 2026-03')
/** An instant or a (partial) date: a FHIR dateTime. */
export const Moment = z.string().regex(/^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?)?)?$/)
/** IANA name, `America/New_York`. */
export const TimeZone = z.string().min(1)
/** USPS code of a state: `NY`. */
export const UsState = z.string().regex(/^[A-Z]{2}$/, 'is no USPS code of a state')
/** Text that says something. */
export const Text = z.string().min(1)
export const Uri = z.string().min(1)
/** A literal reference: `Patient/p1`, or an address elsewhere; what form it has is for the rules of R4 to say. */
export const Literal = z.string().min(1)
/** Digits as they were written: `1.10`. */
export const Decimal = z.string().regex(/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/)
export const Minutes = z.number().int().min(0)

/** A list; absent in a command means empty. */
export const list = <T extends z.ZodType>(of: T) => z.array(of).readonly().default([])

/**
 * The identity of a list item that has no natural key. Readings always carry it; hand it back to change that very item, leave it out
 * for a new one.
 */
export const Handle = Text.optional()

export const Coding = z.object({
  system: Uri.optional(),
  version: Text.optional(),
  code: Text.optional(),
  display: Text.optional(),
  userSelected: z.boolean().optional(),
})
export type Coding = z.infer<typeof Coding>

/** Codings in their order, and what a person wrote. */
export const Concept = z.object({ codings: list(Coding), text: Text.optional() })
export type Concept = z.infer<typeof Concept>

/** What somebody else wrote, of whom or what it may be of these types. */
const external = <T extends z.ZodType<string>>(type: T) =>
  z.object({
    system: Uri.optional(),
    value: Text.optional(),
    resourceType: type.optional(),
    url: Literal.optional(),
    display: Text.optional(),
  })
/** An id of ours (`type` where several are allowed and it is not the first), or what somebody else wrote. */
export const Ref = z.union([z.object({ id: Id, type: Text.optional() }), z.object({ external: external(Uri) })])
export type Ref = z.infer<typeof Ref>
/** A reference to a resource of the first type, which goes without saying, or of one of the others by name. */
export function RefTo<const First extends string, const Other extends string = never>(first: First, ...others: readonly Other[]) {
  const types: readonly (First | Other)[] = [first, ...others]
  const ours = others.length > 0 ? z.object({ id: Id, type: z.enum(others).optional() }) : z.strictObject({ id: Id })
  const theirs = z.object({ external: external(z.enum(types)) })
  return z.union([ours, theirs], `has to be an id or external, of the type ${types.join(' or ')}`)
}

export const Period = z.object({ start: Moment.optional(), end: Moment.optional() })
/** From one instant to another. */
export const Times = z.object({ start: Instant, end: Instant })

/** Uniqueness is (system, value); a value without system is kept but never matched. */
export const Identifier = z.object({
  handle: Handle,
  system: Uri.optional(),
  value: Text.optional(),
  use: z.enum(['usual', 'official', 'temp', 'secondary', 'old']).optional(),
  type: Concept.optional(),
  /** Who gave it, by name. */
  assigner: Text.optional(),
  period: Period.optional(),
})
export type Identifier = z.infer<typeof Identifier>

export const Quantity = z.object({
  value: Decimal.optional(),
  comparator: z.enum(['<', '<=', '>=', '>']).optional(),
  unit: Text.optional(),
  system: Uri.optional(),
  code: Text.optional(),
})
export const Priority = z.enum(['routine', 'urgent', 'asap', 'stat'])

/** v3-Confidentiality, exactly one. */
export const Confidentiality = z.enum(['U', 'L', 'M', 'N', 'R', 'V'])
