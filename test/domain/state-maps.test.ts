/** Our machines beside the published state maps, where the machine has them: what the maps allow is allowed, and nothing else but what is listed. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { serviceLineComputation } from '../../src/domain/service-line.ts'
import { collections } from '../../src/flows/collections/index.ts'
import { corpora } from '../support/corpora.ts'

const file = join(corpora ?? '.', '../reference/domain/state-maps.json')
const found = corpora !== undefined && existsSync(file)

/** Name in the maps → our collection. */
const named = {
  ...{ referral: 'referrals', carePlan: 'care-plans', goal: 'goals', need: 'needs', session: 'sessions', crisis: 'crises' },
  ...{ assessment: 'assessments', episode: 'episodes', safetyPlan: 'safety-plans', obligation: 'follow-ups' },
  ...{ consent: 'consents', authorization: 'authorizations', charge: 'service-lines' },
}

/** Moves of the maps that no event makes. */
const seen: Readonly<Record<string, readonly string[]>> = {
  // By an active plan or an open referral that names it.
  needs: ['confirmed being-addressed', 'being-addressed confirmed', 'recurred being-addressed'],
  // By the items of the payer's answer, by the units used, and by the day.
  authorizations: ['submitted', 'pended']
    .map((from) => `${from} partially-approved`)
    .concat(['approved', 'partially-approved', 'modified'].flatMap((from) => [`${from} exhausted`, `${from} expired`])),
  // What is not billed has no line; the feed pulls by reading, which writes nothing; a ready line is checked again before it is held.
  'service-lines': ['draft not-billable', 'checked not-billable', 'ready pulled', 'pulled ready', 'ready held'],
}

/** Moves of ours that the maps do not have. */
const more: Readonly<Record<string, readonly string[]>> = {
  authorizations: ['appealed modified', 'partially-approved cancelled', 'modified cancelled'],
  // Computed anew when the hospital corrects what it told; evidence may come months later, and be taken back.
  'follow-ups': [
    ...['missed attempted', 'missed satisfied', 'satisfied-late satisfied', 'open satisfied-late', 'attempted satisfied-late'],
    ...['satisfied satisfied-late', 'satisfied missed', 'satisfied-late missed', 'satisfied excluded', 'satisfied-late excluded'],
    ...['excluded open', 'attempted open', 'missed open', 'satisfied open', 'satisfied-late open'],
  ],
  // A payer may pay without having accepted, and a line is checked again after it was ready.
  'service-lines': [
    'ready billed',
    'billed paid',
    'billed partial',
    'billed denied',
    'ready checked',
    'pulled checked',
    'accepted corrected',
  ],
}

interface StateMap {
  readonly transitions: Readonly<Record<string, readonly string[]>>
}

describe.skipIf(!found)('the state maps', () => {
  const maps = found ? (JSON.parse(readFileSync(file, 'utf8')) as { maps: Record<string, StateMap> }).maps : {}

  it.each(Object.entries(named))('of %s are the moves of %s', (map, name) => {
    const { states } = collections.find((one) => one.name === name)!.machine!
    const machines = name === 'service-lines' ? [states, serviceLineComputation] : [states]
    const events = machines.flatMap((machine) => Object.values(machine.events))
    const ours = events.flatMap(({ from, to }) => from.filter((one) => one !== to).map((one) => `${one} ${to}`))
    const theirs = Object.entries(maps[map]!.transitions).flatMap(([from, all]) => all.map((to) => `${from} ${to}`))
    const made = ours.filter((one) => !one.endsWith(' entered-in-error'))
    expect(new Set([...made, ...(seen[name] ?? [])])).toEqual(new Set([...theirs, ...(more[name] ?? [])]))
  })

  it('let everything be marked as an error, but lines, which are taken back', () => {
    const without = collections.filter(({ machine, name }) => {
      const { states = [], events = {} } = machine?.states ?? {}
      const errors = Object.values(events).find(({ to }) => to === 'entered-in-error')?.from ?? []
      return Object.values(named).includes(name) && !states.every((one) => one === 'entered-in-error' || errors.includes(one))
    })
    expect(without.map(({ name }) => name)).toEqual(['service-lines'])
  })
})
