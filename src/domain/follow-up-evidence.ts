/** Contacts held against a policy: which of them satisfy it, and why the others do not. */
import { epoch, localDate } from './calendar.ts'
import { inCodeSet } from './code-sets.ts'
import type { FollowUpEvidence } from './follow-up.ts'
import type { Policy } from './follow-up-policies.ts'

/** A contact with the client, as far as policies ask. Only what is signed counts. */
export interface Contact {
  /** `Encounter/ses-…` */
  readonly ref: string
  readonly at: string
  readonly kind: string
  readonly modality?: string
  readonly providerIsMentalHealth: boolean
  readonly diagnoses: readonly { readonly system?: string | undefined; readonly code?: string | undefined }[]
  readonly signed: boolean
}

interface Window {
  readonly dueFrom: string
  readonly dueTo: string
  readonly timeZone: string | undefined
}

/** The contacts that a follow-up is about: all of its window, and after it the first that counts. */
export function evidenceOf(
  policy: Policy,
  { dueFrom, dueTo, timeZone }: Window,
  contacts: readonly Contact[],
): readonly FollowUpEvidence[] {
  const found: FollowUpEvidence[] = []
  let reached = false
  for (const contact of contacts.filter((one) => one.signed).toSorted(byTime)) {
    const day = localDate(contact.at, timeZone)
    if (day === undefined || day < dueFrom) continue
    const held = heldAgainst(policy, contact)
    if (day > dueTo && (reached || !held.accepted)) continue
    if (held.accepted) reached = true
    found.push({ ref: contact.ref, at: contact.at, ...held })
  }
  return found
}

const byTime = (a: Contact, b: Contact): number => (epoch(a.at) ?? 0) - (epoch(b.at) ?? 0) || (a.ref < b.ref ? -1 : 1)

/** One contact against the rules of one policy: staff see why a contact that was clinically right leaves a measure open. */
function heldAgainst(
  policy: Policy,
  contact: Contact,
): { readonly rule?: string; readonly accepted: boolean; readonly why?: string } {
  const ofKind = policy.evidence.filter((rule) => rule.kinds.includes(contact.kind))
  if (ofKind.length === 0) return { accepted: false, why: 'This policy does not count contacts of this kind.' }
  const spoken = ofKind.filter(
    (rule) => rule.modalities === undefined || rule.modalities.includes(contact.modality ?? 'in-person'),
  )
  if (spoken.length === 0) return { accepted: false, why: 'This policy does not count contacts of this modality.' }
  const met = spoken.find(
    (rule) =>
      (rule.mentalHealthProvider !== true || contact.providerIsMentalHealth) &&
      (rule.diagnosis === undefined || contact.diagnoses.some((code) => inCodeSet(code, rule.diagnosis!))),
  )
  if (met) return { rule: met.rule, accepted: true }
  return {
    rule: spoken[0]!.rule,
    accepted: false,
    why: 'Neither the provider nor a diagnosis of the contact is one that this policy asks for.',
  }
}
