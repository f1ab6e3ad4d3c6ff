/** A request that is put to both gateways. */

export interface Asked {
  readonly method?: string
  /** What an earlier answer bore stands in braces: `{id rosa}`, `{etag rosa}`, `{next page}`, `{client_id app}`. */
  readonly path: string
  readonly type?: string
  /** An object is sent as JSON. */
  readonly body?: string | Uint8Array<ArrayBuffer> | object
  readonly headers?: Readonly<Record<string, string>>
  /** Whose token it bears; by default that of a client who may do everything. */
  readonly as?: 'client' | 'operator' | 'nobody'
  /** The name under which its answer is known to later ones. */
  readonly keep?: string
  /** Besides its method and path, where that does not tell it from others. */
  readonly name?: string
}

export const json = 'application/json'
export const fhir = 'application/fhir+json'
export const form = 'application/x-www-form-urlencoded'

export const get = (path: string, more: Partial<Asked> = {}): Asked => ({ path, ...more })
export const post = (path: string, body: Asked['body'], type = json, more: Partial<Asked> = {}): Asked => ({
  ...{ method: 'POST', path, type, ...more },
  ...(body !== undefined && { body }),
})
