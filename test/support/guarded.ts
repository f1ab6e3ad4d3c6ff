/** A gateway that wants tokens, with some resources in it. */

import { registerClient } from './client.ts'
import { startGateway, type TestGateway } from './gateway.ts'

export async function guardedGateway(
  resources: readonly { readonly resourceType: string; readonly id?: string }[],
): Promise<TestGateway> {
  const gateway = await startGateway({ auth: 'smart' })
  const writer = await registerClient(gateway, 'system/*.cruds')
  for (const resource of resources)
    await gateway.request(`/fhir/${resource.resourceType}/${resource.id}`, {
      method: 'PUT',
      headers: await writer.bearer('system/*.cruds'),
      json: resource,
    })
  return gateway
}
