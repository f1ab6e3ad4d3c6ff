/**
 * What an organization is told by a link, or on paper: by a consent of the client's, as any community organization is, whatever it is
 * besides. It has no connection here that says more of it.
 */

import { valueIn } from '../../fhir/exact.ts'
import type { Steps } from '../../store/store.ts'
import type { Told } from '../delivery/permission.ts'
import { permission } from '../delivery/permission.ts'
import type { Leads } from './leads.ts'

/** `through`: the communication that the link goes out with; what is told by another is told once more. */
export const reached = (organization: string, through: string): Told => ({
  name: `link:${through}`,
  kind: 'cbo',
  facility: organization,
  purpose: 'TREAT',
})

/** Does a consent in force permit all that the referral itself consists of? */
export function* mayBeTold({ organization, held }: Extract<Leads, { to: 'work' }>, at: string): Steps<boolean> {
  for (const { text } of held.stored) if (!(yield* permission(reached(organization, ''), valueIn(text!), at))) return false
  return true
}
