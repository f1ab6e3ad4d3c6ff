import { expect, it } from 'vitest'
import { type Episode, episodeMachine, episodeStates, labelled } from '../../src/domain/episode.ts'
import { allowedEvents, offeredEvents, step } from '../../src/domain/state-machine.ts'

type State = (typeof episodeStates)[number]
const table: Record<State, Record<string, State>> = {
  planned: { wait: 'waitlist', activate: 'active', cancel: 'cancelled', 'mark-error': 'entered-in-error' },
  waitlist: { activate: 'active', cancel: 'cancelled', 'mark-error': 'entered-in-error' },
  active: { hold: 'on-hold', finish: 'finished', cancel: 'cancelled', 'mark-error': 'entered-in-error' },
  'on-hold': { resume: 'active', finish: 'finished', cancel: 'cancelled', 'mark-error': 'entered-in-error' },
  finished: { 'mark-error': 'entered-in-error' },
  cancelled: { 'mark-error': 'entered-in-error' },
  'entered-in-error': {},
}

it.each(episodeStates)('moves from %s as documented, and no other way', (state) => {
  expect(allowedEvents(episodeMachine, state).toSorted()).toEqual(Object.keys(table[state]).sort())
  for (const event of Object.keys(episodeMachine.events)) {
    const to = table[state][event]
    expect(step(episodeMachine, state, event)).toMatchObject(
      to
        ? { ok: true, value: to }
        : { ok: false, problem: { code: 'illegal-event', allowed: offeredEvents(episodeMachine, state) } },
    )
  }
})

it('a Part 2 programme labels its episodes, once', () => {
  const episode: Episode = {
    identifiers: [],
    clientId: 'cli-1',
    funding: [],
    part2Programme: true,
    sensitivity: [],
    legalBasis: [],
    state: 'active',
  }
  expect(labelled(episode).legalBasis).toEqual(['42CFRPart2'])
  expect(labelled(labelled(episode)).legalBasis).toEqual(['42CFRPart2'])
  expect(labelled({ ...episode, part2Programme: false }).legalBasis).toEqual([])
})
