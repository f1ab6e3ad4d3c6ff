/** What may stand behind the `?` of the paths in `operations.ts`, which checks it; routes parse it for its types. */
import { z } from 'zod'
import { Id, Month } from '../domain/kernel.ts'

const told = (description: string) => z.string().meta({ description }).optional()

const idOf = (what: string) =>
  z
    .string('is required')
    .refine((one) => Id.safeParse(one).success, 'is no id')
    .meta({ description: `The id of a ${what}` })

const paging = {
  limit: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'has to be a whole number from 1')
    .meta({ description: 'How many at most; one that is too high is lowered' })
    .optional(),
  after: told('The `next` of the page before'),
}
export const Paging = z.object(paging)

/** Members that are looked through for one page of a list. */
export const mostLooked = 2000

/** Which members of a collection. */
export const Narrowing = z.object({
  client: told('The id of a client'),
  state: told(
    `A state of the collection’s own. A page looks through ${mostLooked} members at most: it may hold fewer than were asked for, and yet not be the last`,
  ),
  updatedSince: told('A date, or a date and time'),
  due: told('A day, or a FHIR date search such as le2026-03-17'),
})
export const Members = Narrowing.extend(paging)

const mostLines = 100
/** A page of the feed, or lines by their ids. */
export const OfClaims = z.object({
  ...paging,
  lines: z
    .string()
    .max(mostLines * 65)
    .refine((text) => idsIn(text).every((id) => Id.safeParse(id).success), 'is no list of ids')
    .refine((text) => idsIn(text).length <= mostLines, `has more than ${mostLines} ids`)
    .meta({ description: 'Ids of lines, parted by commas: these, whichever page they are on; without limit and after' })
    .optional(),
  payer: z
    .enum(['next'])
    .meta({ description: 'With lines that their payer has decided: claims for whoever pays next, with what was decided' })
    .optional(),
})
export const idsIn = (text: string): readonly string[] => [...new Set(text.split(','))]

/** First and last month, both included. */
export const Months = z.object({ from: Month, to: Month.optional() })
export const OfNeed = z.object({ need: idOf('need') })

export const Outbox = z.object({
  ...paging,
  connection: told('The name of a connection'),
  state: z.enum(['pending', 'delivered', 'waiting', 'dead']).optional(),
})
export const Inbox = z.object({ ...paging, state: z.enum(['applied', 'held', 'test']).optional() })
export const Reconciling = z.object({ ...paging, repair: z.enum(['true', 'false']).optional() })
export const Invalid = z.object({ ...paging, type: told('A resource type') })
export const Conflicts = z.object({ ...paging, state: z.enum(['open', 'settled']).optional() })

const audits = { of: z.enum(['tenant', 'gateway']).meta({ description: 'gateway: sign-ins and clients' }).optional() }
export const AuditLines = z.object({
  ...paging,
  ...audits,
  client: told('Who did it: the id of a client, or admin, local, system'),
  patient: told('The id of a client of whom something was read or written'),
  action: told('As the items call it'),
  from: told('A date, or a date and time'),
  to: told('A date, or a date and time'),
})
export const AuditCheck = z.object({ ...audits, head: told('A seal that was noted before') })
export const DisclosuresOf = z.object({ client: idOf('client'), head: told('A hash that was noted before') })

/** Of which tenant: operators say it with every request, and it is settled with who asks. */
export const ofTenant = { tenant: told('Where it is not `default`') }
