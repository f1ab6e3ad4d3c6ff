/**
 * Two gateways that are asked the same by somebody without a right to what is specially protected: one of them has such records besides.
 * What is told alike of both tells nothing of those.
 */
import { expect } from 'vitest'
import { registerClient } from './client.ts'
import { startGateway, type TestGateway } from './gateway.ts'

const scope = 'system/*.cruds'

export interface Side {
  readonly gateway: TestGateway
  /** Headers of who has that right, and of who has not. */
  readonly all: Readonly<Record<string, string>>
  readonly some: Readonly<Record<string, string>>
}

/** A gateway with these records. */
export async function openSide(...known: readonly { readonly resourceType: string; readonly id: string }[]): Promise<Side> {
  const gateway = await startGateway({ auth: 'smart' })
  const all = await (await registerClient(gateway, scope, { protected_records: true })).bearer(scope)
  const some = await (await registerClient(gateway, scope)).bearer(scope)
  for (const json of known) {
    const put = await gateway.request(`/fhir/${json.resourceType}/${json.id}`, { method: 'PUT', headers: all, json })
    expect(put.status, `${json.id}: ${await put.text()}`).toBe(201)
  }
  return { gateway, all, some }
}

export interface Written {
  readonly method: string
  readonly path: string
  readonly json?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Status, headers and body, but for what no two gateways have alike: ids that they make, instants, and numbers of versions. */
export async function answer({ gateway, some }: Side, { method, path, json, headers }: Written): Promise<string> {
  const said = await gateway.request(path, { method, headers: { ...some, ...headers }, ...(json !== undefined && { json }) })
  const text = `${said.status} ${said.headers.get('location') ?? ''} ${await said.text()}`
  return text.replace(/\b[a-z]{3}-[0-9A-Z]{26}\b/g, 'made').replace(/2026-03-\d\dT[\d:.]+Z/g, 'then')
}
