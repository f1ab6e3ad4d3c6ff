/**
 * Where a secure link leads: the one thing that its e-mail is about, if it is whoever's the e-mail is for, and is still there to be opened.
 * The same answer counts when a link is made and each time that it is opened. Psychotherapy notes lead nowhere; organizations are led to the
 * work that they are asked to do, under a consent, and to nothing else; what wants a consent to be told leads people to their own records.
 */
import mapping from '../../../mappings/communication.communication.ts'
import type { Communication } from '../../domain/communication.ts'
import type { Consent } from '../../domain/consent.ts'
import { legalStatusOn } from '../../domain/deciding.ts'
import type { Ref } from '../../domain/kernel.ts'
import type { Referral } from '../../domain/referral.ts'
import { isOpenable, linkedTo, organizationOf } from '../../domain/secure-link.ts'
import { valueIn } from '../../fhir/exact.ts'
import { isForNobody, labelsOf, wantsRight } from '../../fhir/search/labels.ts'
import { ask, type Steps } from '../../store/store.ts'
import { clientWith } from '../clients/client-facts.ts'
import { decidersOf } from '../clients/deciders.ts'
import { byAll, type Seen } from '../collections/collection.ts'
import { consents, grantorIssues } from '../collections/consents.ts'
import { type Gathered, hold } from '../collections/parts.ts'
import { referrals } from '../collections/referrals.ts'
import { isAddressedTo } from '../delivery/community.ts'
import { standingAs } from '../read-as.ts'

/** `reader`: a reference, such as `Patient/…`. */
export type Leads = { readonly reader: string } & (
  | { readonly to: 'message'; readonly id: string; readonly message: Communication }
  | { readonly to: 'work'; readonly organization: string; readonly held: Gathered; readonly referral: Referral }
  | { readonly to: 'outcome'; readonly held: Gathered; readonly referral: Referral }
  | { readonly to: 'consent'; readonly held: Gathered; readonly consent: Consent }
)

/** Nothing, where it leads nowhere (any more). `seen`: by whoever makes the link. */
export function* leadsTo(mail: Communication, seen: Seen = byAll): Steps<Leads | undefined> {
  const linked = linkedTo(mail)
  const reader: Ref | undefined = mail.to[0]
  if (!linked || mail.to.length !== 1 || !reader || !('id' in reader) || mail.state === 'entered-in-error') return undefined
  const who = `${reader.type ?? 'Practitioner'}/${reader.id}`
  const organization = organizationOf(mail)
  if (linked.type === 'Communication') {
    const stored = yield* ask({ ask: 'resource', type: 'Communication', id: linked.id })
    const held = stored && seen(stored) ? standingAs(mapping, stored) : undefined
    if (!held || organization !== undefined) return undefined
    const { value: message, resource } = held
    const isReaders = message.clientId === mail.clientId && message.to.some((one) => isSame(one, reader))
    if (!isReaders || !isOpenable(message)) return undefined
    const labels = labelsOf(resource)
    const isTheirs = !wantsRight(labels) || (yield* speaksFor(reader, mail.clientId, labels))
    return isTheirs && !isForNobody(labels) ? { to: 'message', reader: who, id: linked.id, message } : undefined
  }
  const found = yield* hold(linked.type === 'Consent' ? consents : referrals, linked.id, seen)
  if (!found.ok || found.value.value.clientId !== mail.clientId) return undefined
  const held = found.value
  const labels = new Set(held.stored.flatMap(({ text }) => [...labelsOf(valueIn(text!))]))
  if (isForNobody(labels)) return undefined
  if (linked.type === 'Consent') {
    const consent = held.value as Consent
    return (yield* isGrantedBy(consent, reader)) ? { to: 'consent', reader: who, held, consent } : undefined
  }
  const referral = held.value as Referral
  if (organization !== undefined) {
    const isTheirs = yield* isAddressedTo(organization, valueIn(held.anchor.text!))
    return isTheirs && isWork(referral) ? { to: 'work', reader: who, organization, held, referral } : undefined
  }
  return (yield* speaksFor(reader, referral.clientId, labels)) && isTold(referral)
    ? { to: 'outcome', reader: who, held, referral }
    : undefined
}

/**
 * The client, or somebody else who decides for a client who does not decide alone. Of a minor's records that want a consent nobody is told
 * for being their parent: that takes the minor's word. https://www.ecfr.gov/current/title-42/part-2/section-2.14
 */
function* speaksFor(who: Ref, clientId: string | undefined, labels: ReadonlySet<string>): Steps<boolean> {
  if (!('id' in who) || clientId === undefined) return false
  if (who.type === 'Patient') return who.id === clientId
  const { at } = yield* ask({ ask: 'now' })
  const client = who.type === 'RelatedPerson' ? yield* clientWith(clientId) : undefined
  if (!client || (wantsRight(labels) && legalStatusOn(client, at.slice(0, 10)).startsWith('minor'))) return false
  return (yield* decidersOf(clientId, client, at))?.includes(who.id) === true
}

const isSame = (one: Ref, other: Ref): boolean => JSON.stringify(one) === JSON.stringify(other)

/** What was asked of somebody, and not taken back. */
const isTold = ({ state }: Referral): boolean => !['draft', 'cancelled', 'entered-in-error'].includes(state)
/** An organization has nothing to do with it any more once the loop is closed. */
const isWork = (referral: Referral): boolean => isTold(referral) && !referral.state.startsWith('closed-')

/** Who grants a consent: the client, where the type goes without saying, or a related person who has the authority to, still. */
function* isGrantedBy(consent: Consent, reader: Ref): Steps<boolean> {
  const { grantedBy, state } = consent
  const who: Ref | undefined = grantedBy?.who
  if (!who || !('id' in who) || !('id' in reader) || state === 'draft' || state === 'entered-in-error') return false
  if (who.id !== reader.id || (who.type ?? 'Patient') !== reader.type) return false
  const { at } = yield* ask({ ask: 'now' })
  return (yield* grantorIssues(consent, at.slice(0, 10))).length === 0
}
