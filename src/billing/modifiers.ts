/**
 * Modifiers and place of service, from who held the session and how, and what its payer wants besides. Order: staff level, what a state means
 * by its U modifiers, programme and others, format, telehealth; four at the most.
 */
import { type CoverageKind, codeSystemOf, type StaffLevel } from '../domain/service-line.ts'
import type { Session } from '../domain/session.ts'
import { clientWasThere, isMedicaid } from './procedure-of.ts'

/** HCPCS modifiers of education; peers and community health workers have codes of their own instead. */
const staff: Partial<Record<StaffLevel, string>> = {
  intern: 'HL',
  'below-bachelor': 'HM',
  bachelor: 'HN',
  master: 'HO',
  doctoral: 'HP',
  rn: 'TD',
}

interface ModifierFacts {
  readonly session: Session
  readonly code: string
  readonly day: string
  readonly staffLevel: StaffLevel | undefined
  readonly payer: CoverageKind | undefined
  /** By the payer's rule for the code. */
  readonly wanted: readonly string[]
}

/** Modifiers of one line, each once. */
export function modifiersOf({ session, code, day, staffLevel, payer, wanted }: ModifierFacts): readonly string[] {
  const found: (string | undefined)[] = []
  const system = codeSystemOf(code)
  const ownLevel = /^[HT]/.test(code) && code !== 'H0038'
  if (ownLevel && staffLevel !== undefined) found.push(staff[staffLevel])
  found.push(...wanted.filter(isOfState), ...wanted.filter((one) => !isOfState(one)))
  if (system === 'HCPCS' && session.kind === 'group-counselling') found.push('HQ')
  if (system === 'HCPCS' && session.kind === 'family-counselling') found.push(clientWasThere(session) ? 'HR' : 'HS')
  found.push(telehealth(session, day, payer))
  return [...new Set(found.filter((one) => one !== undefined))].slice(0, 4)
}

/** U1 to U9, UA to UD: a state says what they mean. */
const isOfState = (modifier: string): boolean => /^U[1-9A-D]$/.test(modifier)

const isMedicare = (payer: CoverageKind | undefined): boolean => payer === 'medicare' || payer === 'medicare-advantage'

/**
 * From 2020-03-01 through 2023 Medicare paid telehealth as at the place where it would have been, marked 95; since then the place alone tells.
 * https://www.cms.gov/files/document/mln901705-telehealth-remote-patient-monitoring.pdf
 */
const isMarkedByMedicare = (day: string): boolean => day >= '2020-03-01' && day <= '2023-12-31'

/** Medicare knows telehealth by its place and marks audio alone; Medicaid asks for GT, others for 95. 93 is of 2022. */
function telehealth({ modality }: Session, day: string, payer: CoverageKind | undefined): string | undefined {
  if (modality === 'audio-only' && day >= '2022-01-01') return '93'
  if (modality === 'async') return 'GQ'
  if (modality !== 'video' || (isMedicare(payer) && !isMarkedByMedicare(day))) return undefined
  return isMedicaid(payer) ? 'GT' : '95'
}

/**
 * CMS place of service: 10 telehealth at the client's home (since 2022), 02 elsewhere, else as recorded of the session or its location; 12 for a home visit, 11 office. A
 * street is one (27) since October 2023, and was another place (99) before.
 * https://www.cms.gov/medicare/coding-billing/place-of-service-codes/code-sets
 */
export function placeOfServiceOf(
  session: Session,
  day: string,
  payer: CoverageKind | undefined,
  ofLocation: string | undefined,
): string {
  if (session.modality !== 'in-person' && !(isMedicare(payer) && isMarkedByMedicare(day)))
    return session.telehealth?.clientLocation === 'home' && day >= '2022-01-01' ? '10' : '02'
  const place = session.placeOfService ?? ofLocation ?? (session.kind === 'home-visit' ? '12' : '11')
  return place === '27' && day < '2023-10-01' ? '99' : place
}
