/** Which code a session is billed by, where it does not say so itself. */
import type { CoverageKind } from '../domain/service-line.ts'
import type { Session } from '../domain/session.ts'

/** Psychotherapy is chosen by the minutes: 16–37, 38–52, 53 and more. The shortest is held where it falls short of 16. */
const psychotherapy = (minutes: number): string => (minutes >= 53 ? '90837' : minutes >= 38 ? '90834' : '90832')

const byKind: Partial<Record<NonNullable<Session['kind']>, string>> = {
  'assessment-visit': 'H0031',
  'peer-support': 'H0038',
  'skills-training': 'H2014',
  'family-education': 'H2027',
  'medication-support': 'H0034',
}

/** With those whom Medicare pays for too. */
export const isMedicaid = (payer: CoverageKind | undefined): boolean =>
  payer === 'medicaid-ffs' || payer === 'medicaid-mco' || payer === 'dual'

/** `undefined`: nothing to bill (outreach, team conference …). */
export function procedureOf(session: Session, minutes: number, payer: CoverageKind | undefined): string | undefined {
  if (session.procedureCode !== undefined) return session.procedureCode
  const medicaid = isMedicaid(payer)
  switch (session.kind) {
    case 'individual-counselling':
      return medicaid ? 'H0004' : psychotherapy(minutes)
    case 'group-counselling':
      return medicaid ? 'H0004' : '90853'
    case 'family-counselling':
      return clientWasThere(session) ? '90847' : '90846'
    case 'case-management':
      return medicaid ? 'T1017' : 'T1016'
    case 'crisis-intervention':
      return medicaid ? 'H2011' : '90839'
    case undefined:
      return undefined
    default:
      return byKind[session.kind]
  }
}

/** Unless a client is listed as absent, the client was there. */
export const clientWasThere = (session: Session): boolean =>
  !session.participants.some((one) => one.role === 'client' && one.present === false)
