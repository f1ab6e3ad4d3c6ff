/** Who decides for a client who does not decide alone. */
import mapping from '../../../mappings/related-person.related-person.ts'
import type { Client } from '../../domain/client.ts'
import { decidingAuthority } from '../../domain/deciding.ts'
import { holdsAuthority } from '../../domain/related-person.ts'
import type { Steps } from '../../store/store.ts'
import { allOf, patientIs } from '../questions.ts'
import { readStored } from '../read-as.ts'

/** Ids of those who do, none where nobody is on record; undefined where nobody has to. `at` is an instant. */
export function* decidersOf(
  id: string,
  client: Pick<Client, 'legalStatus' | 'birthDate' | 'deceased'>,
  at: string,
): Steps<readonly string[] | undefined> {
  const authority = decidingAuthority(client, at.slice(0, 10))
  if (authority === undefined) return undefined
  const items = yield* allOf('RelatedPerson', patientIs(id))
  return items.flatMap((stored) => {
    const person = readStored(mapping, stored)
    return person && holdsAuthority(person, authority, at.slice(0, 10)) ? [stored.id] : []
  })
}
