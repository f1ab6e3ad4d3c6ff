/**
 * Follow-up policies of one's own, as the configuration file has them: a payer's, a hospital's or an organization's windows besides those
 * of the measures. Shapes are those of `Policy`; what is usual need not be said.
 */
import { z } from 'zod'
import { type CodeSetName, codeSets, dispositions } from './code-sets.ts'
import { encounterClasses } from './discharge.ts'
import { contacts, optionalPolicies, type Policy, policies } from './follow-up-policies.ts'
import { Id, LocalDate, Text } from './kernel.ts'
import { modalities, sessionKinds } from './session.ts'

const some = <T extends z.ZodType>(of: T) => z.array(of).min(1)
const days = z.number().int().min(0).max(366)
const codes = z.array(z.enum(Object.keys(codeSets) as [CodeSetName, ...CodeSetName[]]))
const groups = Object.keys(dispositions) as [keyof typeof dispositions, ...(keyof typeof dispositions)[]]
const measure = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9:._-]{0,49}$/, 'is not a name: letters, digits and :._-, at most 50')

const OwnPolicy = z
  .strictObject({
    measure: measure.refine((name) => !policies.some((one) => one.measure === name), 'is the name of a policy that is there'),
    yearly: z.boolean().default(false),
    ruleVersion: Text,
    from: LocalDate.optional(),
    until: LocalDate.optional(),
    payers: some(Id).optional(),
    facilities: some(Text).optional(),
    classes: some(z.enum(encounterClasses)),
    minimumAge: z.number().int().min(0).max(120).optional(),
    diagnosis: z.strictObject({ principal: codes.default([]), any: codes.default([]) }).optional(),
    presumed: some(z.enum(encounterClasses)).optional(),
    window: z.strictObject({
      days,
      calendar: z.enum(['calendar-days', 'business-days']).default('calendar-days'),
      indexDayCounts: z.boolean().default(false),
    }),
    evidence: some(
      z.strictObject({
        rule: Text,
        kinds: some(z.enum(sessionKinds)),
        modalities: some(z.enum(modalities)).optional(),
        mentalHealthProvider: z.literal(true).optional(),
        diagnosis: codes.min(1).optional(),
      }),
    ).default([{ rule: 'contact', kinds: contacts as (typeof sessionKinds)[number][] }]),
    excluding: z.array(z.enum(groups)).default(['acute', 'nonacute', 'hospice', 'died']),
    readmission: z.union([z.strictObject({ days }), z.literal('until-due')]).optional(),
    onePer: z.strictObject({ days }).optional(),
  })
  .refine(({ from, until }) => from === undefined || until === undefined || from <= until, {
    message: 'is before from',
    path: ['until'],
  })

/** One that is built and waits to be turned on, by its name: `TCM-7D`. */
const TurnedOn = z
  .strictObject({ turnOn: z.enum(optionalPolicies.map((one) => one.measure) as [string, ...string[]]) })
  .transform(({ turnOn }): Policy => optionalPolicies.find((one) => one.measure === turnOn)!)

/** An entry of the configuration file without its tenant, as the policy that it is. */
export const ConfiguredPolicy = z.looseObject({}).transform((given, ctx): Policy => {
  const read = ('turnOn' in given ? TurnedOn : OwnPolicy).safeParse(given)
  if (read.success) return read.data
  for (const { path, message } of read.error.issues) ctx.addIssue({ code: 'custom', path, message })
  return z.NEVER
})

/** Of policies of one name only one may be for any day: a discharge owes each name once. Answers the places of those that are too many. */
export const clashes = (all: readonly Policy[]): readonly number[] =>
  all.flatMap((one, i) => (all.slice(0, i).some((other) => other.measure === one.measure && overlap(one, other)) ? [i] : []))

const overlap = (a: Policy, b: Policy): boolean =>
  (a.from ?? '') <= (b.until ?? '9999-12-31') && (b.from ?? '') <= (a.until ?? '9999-12-31')
