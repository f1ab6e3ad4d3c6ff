/** Modifiers and place of service, from who held the session and how. Order: staff level, format, telehealth; four at the most. */
import { type CoverageKind, codeSystemOf, type StaffLevel } from '../domain/service-line.ts'
import type { Session } from '../domain/session.ts'
import { clientWasThere } from './procedure-of.ts'

/** HCPCS modifiers of education; peers and community health workers have codes of their own instead. */
const staff: Partial<Record<StaffLevel, string>> = {
  intern: 'HL',
  'below-bachelor': 'HM',
  bachelor: 'HN',
  master: 'HO',
  doctoral: 'HP',
  rn: 'TD',
}

export interface ModifierFacts {
  readonly session: Session
  readonly code: string
  readonly staffLevel: StaffLevel | undefined
  readonly payer: CoverageKind | undefined
}

export function modifiersOf({ session, code, staffLevel, payer }: ModifierFacts): readonly string[] {
  const found: (string | undefined)[] = []
  const system = codeSystemOf(code)
  const ownLevel = /^[HT]/.test(code) && code !== 'H0038'
  if (ownLevel && staffLevel !== undefined) found.push(staff[staffLevel])
  if (system === 'HCPCS' && session.kind === 'group-counselling') found.push('HQ')
  if (system === 'HCPCS' && session.kind === 'family-counselling') found.push(clientWasThere(session) ? 'HR' : 'HS')
  found.push(telehealth(session, payer))
  return found.filter((one) => one !== undefined).slice(0, 4)
}

/** Medicare knows telehealth by its place and marks audio alone; Medicaid asks for GT, others for 95. */
function telehealth({ modality }: Session, payer: CoverageKind | undefined): string | undefined {
  if (modality === 'audio-only') return '93'
  if (modality === 'async') return 'GQ'
  if (modality !== 'video' || payer === 'medicare' || payer === 'medicare-advantage') return undefined
  return payer === 'medicaid-ffs' || payer === 'medicaid-mco' || payer === 'dual' ? 'GT' : '95'
}

/** CMS place of service: 10 telehealth at the client's home, 02 elsewhere, else as recorded; 12 for a home visit, 11 office. */
export function placeOfServiceOf(session: Session): string {
  if (session.modality !== 'in-person') return session.telehealth?.clientLocation === 'home' ? '10' : '02'
  return session.placeOfService ?? (session.kind === 'home-visit' ? '12' : '11')
}
