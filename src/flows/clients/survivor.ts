/** The record that a merged one was replaced by, or itself. https://hl7.org/fhir/R4/valueset-link-type.html */
import type { Patient } from '@medplum/fhirtypes'
import { ask, type Steps, type Stored } from '../../store/store.ts'
import { storedValue } from '../next-version.ts'
import { idIn } from '../references.ts'

export function* survivorOf(stored: Stored): Steps<string> {
  let current = stored
  for (let hop = 0; hop < 5; hop++) {
    const links = storedValue<Patient>(current)?.link ?? []
    const id = idIn(links.find((link) => link.type === 'replaced-by')?.other, 'Patient')
    const next = id === undefined ? undefined : yield* ask({ ask: 'resource', type: 'Patient', id })
    if (next?.text === undefined) break
    current = next
  }
  return current.id
}
