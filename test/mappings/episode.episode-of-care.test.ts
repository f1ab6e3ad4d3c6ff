import type { EpisodeOfCare } from '@medplum/fhirtypes'
import { expect, it, test } from 'vitest'
import mapping from '../../mappings/episode.episode-of-care.ts'
import { type Episode, episodeStates } from '../../src/domain/episode.ts'
import { corpora, resourcesOf } from '../support/corpora.ts'

function read(episode: EpisodeOfCare): Episode {
  const reading = mapping.read({ EpisodeOfCare: episode })
  if (!reading.ok) throw new Error(JSON.stringify(reading.issues))
  return reading.value
}
const bare: EpisodeOfCare = { resourceType: 'EpisodeOfCare', status: 'active', patient: { reference: 'Patient/cli-1' } }

it.each(episodeStates)('%s goes out and comes back', (state) => {
  const { EpisodeOfCare: written } = mapping.write({ ...read(bare), state })
  expect(written.status).toBe(state === 'on-hold' ? 'onhold' : state)
  expect(read(written).state).toBe(state)
})

it('a care manager who is no role stays, unread', () => {
  const theirs: EpisodeOfCare = { ...bare, careManager: { reference: 'Practitioner/p1' } }
  expect(read(theirs).leadCoordinatorId).toBeUndefined()
  expect(mapping.write({ ...read(theirs), part2Programme: true }, { EpisodeOfCare: theirs }).EpisodeOfCare.careManager).toBe(
    theirs.careManager,
  )
})

test.skipIf(corpora === undefined)('published episodes are read, and left as they are (needs CORPORA)', () => {
  const all = resourcesOf(new Set(['EpisodeOfCare']), ['1_igs'])
  expect(all.length).toBeGreaterThan(0)
  for (const { resource } of all) {
    const parts = { EpisodeOfCare: resource as unknown as EpisodeOfCare }
    expect(mapping.write(read(parts.EpisodeOfCare), parts)).toBe(parts)
  }
})
