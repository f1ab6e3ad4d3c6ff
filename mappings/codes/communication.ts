/** Code tables of communications, and which of them belong to something else. */
import type { Communication } from '@medplum/fhirtypes'
import { messageCategories } from '../../src/domain/communication.ts'
import { codeTable } from '../../src/lens/code-table.ts'
import { localNaming, localSystem } from '../shared/extension.ts'

/** https://terminology.hl7.org/CodeSystem-v3-ParticipationMode.html */
export const channel = codeTable('http://terminology.hl7.org/CodeSystem/v3-ParticipationMode', [
  ['ONLINEWRIT', 'portal'],
  ['EMAILWRIT', 'email-tls'],
  ['SMSWRIT', 'sms'],
  ['PHONE', 'phone-note'],
  ['MAILWRIT', 'letter'],
  ['FAXWRIT', 'fax'],
  ['direct', 'direct', localSystem('channel')],
])

export const messageCategory = codeTable(
  'http://terminology.hl7.org/CodeSystem/communication-category',
  messageCategories.map((word) => [word, word] as const),
)

const crisisEvent = localNaming('crisis-event')
/** Alerts of a crisis are the crisis's. */
export const isOfCrisis = ({ identifier }: Pick<Communication, 'identifier'>): boolean =>
  Array.isArray(identifier) && identifier.some((one) => one?.system === crisisEvent)
