/** What sending comes to. */
import type { Coding } from '@medplum/fhirtypes'
import type { Link } from '../../store/change.ts'

/** Labels that the partner added: they hold here, too. */
export interface Learnt {
  readonly type: string
  readonly id: string
  readonly labels: readonly Coding[]
}

/** What came of it: the links to keep (parents' among them), labels to be added, and elements that both sides changed. */
export interface Sent {
  readonly links: readonly Link[]
  readonly learnt: readonly Learnt[]
  readonly conflicts: readonly { readonly resource: string; readonly elements: readonly string[] }[]
  /** Resources of which a person has yet to decide something. */
  readonly contested: readonly Pick<Link, 'type' | 'id'>[]
  /** Why nothing was sent, where there was nothing to be sent. */
  readonly nothing?: string
}
