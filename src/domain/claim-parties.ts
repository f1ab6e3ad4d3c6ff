/** Who sends claims and who takes them: as a clearinghouse, or a payer, has agreed with the agency. */
import { z } from 'zod'

/** Letters that no separator of an interchange is among. */
const plain = /^[A-Za-z0-9 !"&'()+,\-./;?=%@[\]_{}<>#$]+$/
const Name = z.string().min(1).max(60).regex(plain, 'has letters that X12 has not')
/** ISA06, GS02 and NM109 at once. */
const PartyId = z
  .string()
  .min(2)
  .max(15)
  .regex(/^[A-Za-z0-9.\-_]+$/, 'is no identifier')

const party = {
  id: PartyId,
  /** What kind of number `id` is (ISA05): `ZZ` as agreed, `30` a tax number, `01` a D-U-N-S number. */
  qualifier: z.enum(['ZZ', '01', '14', '20', '27', '28', '29', '30', '33']).default('ZZ'),
  name: Name,
}

export const ClaimParties = z.strictObject({
  submitter: z.strictObject({
    ...party,
    /** Whom to ask about a file. */
    contact: z
      .strictObject({
        name: Name.optional(),
        phone: z
          .string()
          .regex(/^\d{10}$/, 'is not ten digits')
          .optional(),
        email: z.string().max(200).regex(plain, 'has letters that X12 has not').optional(),
      })
      .refine(({ phone, email }) => phone ?? email, 'wants a phone or an email'),
  }),
  receiver: z.strictObject(party),
  /** `test`: the receiver checks what it gets, and bills nothing (ISA15). */
  usage: z.enum(['production', 'test']).default('test'),
})
export type ClaimParties = z.infer<typeof ClaimParties>
