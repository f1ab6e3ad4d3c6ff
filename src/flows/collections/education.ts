/** Education: prepared, given, understood or not. What is for a neighbourhood is in nobody's record. */
import type { Communication, Procedure } from '@medplum/fhirtypes'
import { z } from 'zod'
import { isEducation } from '../../../mappings/codes/education.ts'
import mapping, { type EducationParts } from '../../../mappings/education.procedure.ts'
import { EducationCommand, type EducationProvided, educationMachine, teachBacks } from '../../domain/education.ts'
import { detailsOf } from '../../domain/event-details.ts'
import { Minutes } from '../../domain/kernel.ts'
import { ok } from '../../domain/problem.ts'
import { collection } from './collection.ts'
import { withLabelsOf } from './labels-of.ts'

const Delivery = z.object({ teachBack: z.enum(teachBacks).optional(), minutes: Minutes.optional() })

export const education = collection<EducationProvided, EducationParts>({
  name: 'education',
  prefix: 'edu',
  anchor: 'Procedure',
  parts: [
    {
      type: 'Communication',
      many: false,
      by: 'part-of',
      link(part, anchor, value) {
        const { Procedure } = mapping.write(value as EducationProvided)
        const { reference } = Procedure.subject
        const whose = reference === undefined ? {} : { subject: { reference } }
        return withLabelsOf<Communication>({ ...(part as Communication), ...whose, partOf: [{ reference: anchor }] }, Procedure)
      },
      anchorOf: (part) => (part as Communication).partOf?.map(({ reference }) => reference),
    },
  ],
  mapping,
  command: EducationCommand,
  claims: (anchor) => isEducation(anchor as Procedure),
  client: 'patient',
  sort: '-date',
  machine: { field: 'state', states: educationMachine, initial: 'prepared' },
  on: {
    *deliver(_ctx, value, event, now) {
      const detail = detailsOf(Delivery, event)
      if (!detail.ok) return detail
      const { teachBack = value.teachBack ?? 'not-assessed', minutes = value.minutes } = detail.value
      return ok({ ...value, at: event.at ?? value.at ?? now, teachBack, ...(minutes !== undefined && { minutes }) })
    },
    *decline(_ctx, value, event) {
      return ok({ ...value, teachBack: 'declined' as const, ...(event.reason !== undefined && { statusReason: event.reason }) })
    },
  },
})
