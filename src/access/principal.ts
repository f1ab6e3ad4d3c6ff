/** Who asks, for whom, and why: decided at the door, carried to every exit. */
import type { Party } from '../domain/state-machine.ts'

/**
 * Which patients may be seen, and whether what is specially protected of theirs: `visible.ts` says what that is. Mirrors the store's
 * argument.
 */
export type Visible = 'everything' | { readonly patients: readonly string[] | 'all'; readonly protectedRecords?: boolean }

export interface Principal {
  /**
   * `local`: no authentication, loopback only. `client`: a registered SMART backend client. `admin`: bearer of the admin token.
   * `connection`: a partner, whose changes we fetched or were sent. `system`: the gateway itself. By a secure link: the `organization` that
   * a referral was sent to, or a `person` who answers for themselves (or for whom they decide). `practitioner`: one of the care team who has
   * signed in.
   */
  readonly kind: 'local' | 'client' | 'admin' | 'connection' | 'system' | 'organization' | 'person' | 'practitioner'
  readonly id: string
  readonly tenant: string
  /** SMART scopes granted, such as `system/Patient.rs`. https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html */
  readonly scopes: readonly string[]
  /** v3-ActReason purpose of use. */
  readonly purpose: string
  readonly visible: Visible
  /** What its writes must satisfy, where that is its own. */
  readonly validation?: 'refuse' | 'mark'
}

/** In which parts a caller causes events. A partner does the work that was asked of it; what was asked is not its to change. */
export const partiesOf: Readonly<Record<Principal['kind'], readonly Party[]>> = {
  local: ['requester', 'performer'],
  client: ['requester', 'performer'],
  admin: ['requester', 'performer'],
  connection: ['performer'],
  organization: ['performer'],
  person: ['requester'],
  practitioner: ['requester', 'performer'],
  system: ['requester', 'performer', 'clock'],
}
