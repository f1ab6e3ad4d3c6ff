/** What is owed after a discharge, and what satisfied it. */
import { addDays } from '../../domain/calendar.ts'
import { spoken } from '../days.ts'
import type { Stage, Step } from '../stage.ts'
import { check } from '../talk.ts'
import { rosa } from './people.ts'

interface FollowUp {
  readonly id: string
  readonly policyId: string
  readonly state: string
  readonly dueFrom: string
  readonly dueTo: string
  readonly evidence: readonly { readonly ref: string; readonly accepted?: boolean; readonly rule?: string }[]
}

const list = `/coordination/follow-ups?client=${rosa}`
const followUps = async ({ gateway }: Stage): Promise<readonly FollowUp[]> =>
  (await gateway.get<{ items: FollowUp[] }>(list)).items.toSorted((a, b) => (a.dueTo < b.dueTo ? -1 : 1))

const policiesOwed = (discharged: string): readonly string[] => {
  const year = `MY${discharged.slice(0, 4)}`
  return ['TCM-2BD', `FUH-7@${year}`, `FUH-30@${year}`]
}

export const opened: Step = {
  title: 'Follow-ups open by themselves',
  async play(stage) {
    const { discharged } = stage.days
    const owed = await followUps(stage)
    const wanted = policiesOwed(discharged)
    check(
      owed.length === wanted.length && wanted.every((policy) => owed.some(({ policyId }) => policyId === policy)),
      `Owed is ${owed.map(({ policyId }) => policyId).join(', ') || 'nothing'}.`,
    )
    check(
      owed.every(({ state }) => state === 'open'),
      'Not all of them are open.',
    )
    const within7 = owed.find(({ policyId }) => policyId.startsWith('FUH-7'))
    check(
      within7?.dueFrom === addDays(discharged, 1) && within7.dueTo === addDays(discharged, 7),
      'The seven days are not those after the day of the discharge.',
    )
    return {
      means: `A visit with a mental-health provider is due within 7 and within 30 days, a call within two business days. Days are the hospital's calendar days; ${spoken(discharged)} itself does not count.`,
      facts: owed.map(({ policyId, dueFrom, dueTo, state }) => `${policyId.padEnd(14)} ${dueFrom} … ${dueTo}   ${state}`),
      see: [list, '/console/follow-ups'],
    }
  },
}

export const satisfied: Step = {
  title: 'The signature satisfies the follow-ups',
  async play(stage) {
    const owed = await followUps(stage)
    const session = `Encounter/${stage.ids.of('session')}`
    const proven = owed.filter(
      ({ state, evidence }) => state === 'satisfied' && evidence.some(({ ref, accepted }) => ref === session && accepted),
    )
    check(proven.length === 3, `Satisfied are ${proven.map(({ policyId }) => policyId).join(', ') || 'none'} of three.`)
    return {
      means:
        'Nobody ticks a box: what is owed is computed anew from stays and contacts whenever one of them changes. The visit is the evidence, with the rule that it met.',
      facts: owed.map(
        ({ policyId, state, evidence }) =>
          `${policyId.padEnd(14)} ${state}   ${evidence.find(({ accepted }) => accepted)?.rule ?? ''}`,
      ),
      see: [list],
    }
  },
}
