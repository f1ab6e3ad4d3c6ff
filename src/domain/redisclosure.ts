/**
 * What goes with a record of substance use treatment that is told under a consent: one of two notices, word for word, and how far the
 * consent goes. 42 CFR 2.32, as amended by 89 FR 12472; https://www.ecfr.gov/current/title-42/section-2.32
 */
import type { Consent, Recipient } from './consent.ts'

type NoticeId = NonNullable<Consent['redisclosureNotice']>['id']

/** A wording of a notice, and the day since which it is the law's. */
export interface Notice {
  readonly id: NoticeId
  readonly from: string
  readonly text: string
}

/** Oldest first; a wording to come is one more row. */
const notices: readonly Notice[] = [
  {
    id: 'statement-1',
    from: '2024-04-16',
    text: [
      'This record which has been disclosed to you is protected by Federal confidentiality rules (42 CFR part 2). These rules prohibit you from using or disclosing this record, or testimony that describes the information contained in this record, in any civil, criminal, administrative, or legislative proceedings by any Federal, State, or local authority, against the patient, unless authorized by the consent of the patient, except as provided at 42 CFR 2.12(c)(5) or as authorized by a court in accordance with 42 CFR 2.64 or 2.65. In addition, the Federal rules prohibit you from making any other use or disclosure of this record unless at least one of the following applies:',
      '(i) Further use or disclosure is expressly permitted by the written consent of the individual whose information is being disclosed in this record or as otherwise permitted by 42 CFR part 2.',
      '(ii) You are a covered entity or business associate and have received the record for treatment, payment, or health care operations, or',
      '(iii) You have received the record from a covered entity or business associate as permitted by 45 CFR part 164, subparts A and E.',
      'A general authorization for the release of medical or other information is NOT sufficient to meet the required elements of written consent to further use or redisclose the record (see 42 CFR 2.31).',
    ].join('\n\n'),
  },
  {
    id: 'statement-2',
    from: '2024-04-16',
    text: '42 CFR part 2 prohibits unauthorized use or disclosure of these records.',
  },
]

/** The notice that a consent names (the long one, where it names none), in the wording of the day (`2026-03-01`, or an instant). */
export function noticeOf({ redisclosureNotice }: Consent, at: string): Notice {
  const id = redisclosureNotice?.id ?? 'statement-1'
  const wordings = notices.filter((one) => one.id === id)
  return wordings.findLast(({ from }) => from <= at) ?? wordings[0]!
}

/** As the account of disclosures names it. */
export const noticeKey = ({ id, from }: Notice): string => `${id}|${from}`

/** Whom it names is the one who reads this; a class is said. */
const spoken = ({ who, participants }: Recipient): string =>
  [who, ...participants].flatMap((one) => ('class' in one ? one.class.replaceAll('-', ' ') : [])).join(', ') || 'you by name'

/** How far a consent goes, in plain words, in place of a copy of it (§2.32(b)). */
export function scopeOf({ content, recipients, purposes, expires, exceptions }: Consent): string {
  const until = expires === undefined ? undefined : 'on' in expires ? expires.on : expires.event
  return [
    `The patient consented to this disclosure${content.narrative === undefined ? '.' : ` of: ${content.narrative}.`}`,
    `To: ${[...new Set(recipients.map(spoken))].join('; ')}. For: ${purposes.join(', ')}.`,
    ...(exceptions.length > 0 ? ['What the patient excepted is left out.'] : []),
    ...(until === undefined ? [] : [until === 'none' ? 'It has no end.' : `Until: ${until}.`]),
    'The patient may revoke it at any time; what was disclosed before stays disclosed.',
  ].join(' ')
}
