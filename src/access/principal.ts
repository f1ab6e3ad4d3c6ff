/** Who asks, for whom, and why: decided at the door, carried to every exit. */

/** Which patients' compartments may be seen; resources of no compartment are visible to all. Mirrors the store's argument. */
export type Visible = 'everything' | { readonly patients: readonly string[] }

export interface Principal {
  /** `local`: no authentication, loopback only. `client`: a registered SMART backend client. `admin`: bearer of the admin token. `system`: the gateway itself. */
  readonly kind: 'local' | 'client' | 'admin' | 'system'
  readonly id: string
  readonly tenant: string
  /** SMART scopes granted, such as `system/Patient.rs`. https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html */
  readonly scopes: readonly string[]
  /** v3-ActReason purpose of use. */
  readonly purpose: string
  readonly visible: Visible
}
