/** The episode of care that new work is of, where nobody says it: the one that the client is in, if there is just one. */
import { ask, type Steps } from '../../store/store.ts'
import type { AnyCollection } from '../collections/collection.ts'
import { every, isActive, patientIs } from '../questions.ts'

/** A member that is about to be made, with its episode. */
export function* inEpisode<T extends object>({ ofEpisode }: AnyCollection, value: T): Steps<T> {
  const { clientId, episodeId } = value as { clientId?: string; episodeId?: string }
  if (!ofEpisode || clientId === undefined || episodeId !== undefined) return value
  const [only, ...others] = (yield* ask(every('EpisodeOfCare', patientIs(clientId), isActive))).items
  return only && others.length === 0 ? { ...value, episodeId: only.id } : value
}
