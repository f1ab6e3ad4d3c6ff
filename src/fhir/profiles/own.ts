/** The profiles of `profiles/`, compiled when they are first asked for. */
import { ownStructures } from '../generated/structures.ts'
import { ownTerminology } from '../generated/terminology.ts'
import { Profiles, termsIn } from './profiles.ts'

let made: Profiles | undefined

export function ownProfiles(): Profiles {
  made ??= new Profiles(ownStructures, termsIn(Object.values(ownTerminology)))
  return made
}
