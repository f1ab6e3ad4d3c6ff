/** What a stay's class and status say together with our extensions, by hand: the rules of `mappings/shared/stay.ts`. */
import type { Coding, Encounter } from '@medplum/fhirtypes'
import { noClass } from '../../../mappings/shared/stay.ts'
import type { DischargeState, EncounterClass } from '../../../src/domain/discharge.ts'

type Status = Encounter['status']

const over: ReadonlySet<string> = new Set(['finished', 'cancelled', 'entered-in-error'])
const goesOn = (status: Status | undefined): boolean => status !== undefined && !over.has(status)

function bare(status: Status | undefined): DischargeState | undefined {
  if (status === 'finished') return 'matched'
  return status === 'cancelled' || status === 'entered-in-error' ? status : undefined
}

function fits(status: Status | undefined, state: DischargeState | undefined): boolean {
  if (state === undefined) return goesOn(status)
  if (state === 'cancelled') return status === 'cancelled' || goesOn(status)
  return status === (state === 'entered-in-error' ? state : 'finished')
}

export const stateIn = (status: Status | undefined, fine: DischargeState | undefined): DischargeState | undefined =>
  fine !== undefined && fits(status, fine) ? fine : bare(status)

export function writeState(state: DischargeState | undefined, now: Status | undefined) {
  const usual = state === undefined || state === 'cancelled' ? 'in-progress' : state === 'entered-in-error' ? state : 'finished'
  const status: Status = fits(now, state) ? now! : usual
  return { status, fine: bare(status) === state ? undefined : state }
}

const actCode = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'
const inpatient = ['inpatient-medical', 'inpatient-acute-psych'] as const
const classes = new Map<string | undefined, readonly EncounterClass[]>([
  ['IMP', inpatient],
  ['ACUTE', inpatient],
  ['NONAC', ['residential']],
  ['EMER', ['ed']],
  ['OBSENC', ['observation']],
  ['SS', ['other']],
])
const codes: Readonly<Record<EncounterClass, string>> = {
  ...{ 'inpatient-medical': 'IMP', 'inpatient-acute-psych': 'IMP', residential: 'NONAC' },
  ...{ ed: 'EMER', observation: 'OBSENC', other: 'SS' },
}
const among = (raw: Coding | undefined): readonly EncounterClass[] =>
  raw?.system === undefined || raw.system === actCode ? (classes.get(raw?.code) ?? []) : []

export const classIn = (raw: Coding | undefined, setting: string | undefined): EncounterClass | undefined => {
  const possible = among(raw)
  return possible.find((one) => one === setting) ?? possible[0]
}

export function writeClass(value: EncounterClass | undefined, now: Coding | undefined) {
  const possible = among(now)
  if (value === undefined) return { class: possible.length === 0 && now ? now : noClass, setting: undefined }
  const kept = possible.includes(value) ? now! : { system: actCode, code: codes[value] }
  return { class: kept, setting: among(kept)[0] === value ? undefined : value }
}
