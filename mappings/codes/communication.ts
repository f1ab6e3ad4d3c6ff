/** Code tables of communications, and which of them belong to something else. */
import type { Communication } from '@medplum/fhirtypes'
import { messageCategories } from '../../src/domain/communication.ts'
import { codeTable } from '../../src/lens/code-table.ts'
import { localNaming, localSystem } from '../shared/extension.ts'
import { crisisNumber } from './crisis.ts'

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

/** Messages to the care team that the house writes by itself: they are for nobody else. */
export const teamNotice = localNaming('team-notice')
export const isTeamNotice = ({ identifier = [] }: Communication): boolean =>
  identifier.some(({ system }) => system === teamNotice)

/** Alerts of a crisis are the crisis's. */
export const isOfCrisis = (message: Communication): boolean => crisisNumber(message) !== undefined
