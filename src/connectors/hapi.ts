/** HAPI FHIR's JPA server. */
import { valueIn } from '../fhir/exact.ts'
import type { AuthTools } from './auth/credentials.ts'
import type { Connection, Connector } from './connector.ts'
import { fhirR4 } from './fhir-r4.ts'

/** Ids of digits alone are the server's to give. https://github.com/hapifhir/hapi-fhir-jpaserver-starter/issues/151 */
const allowed = (id: string): string => (/^\d+$/.test(id) ? `id-${id}` : id)

export function hapi(connection: Connection, tools: AuthTools): Connector {
  // Searches are answered from the last minute's results: https://hapifhir.io/hapi-fhir/docs/server_jpa/configuration.html#search-result-caching
  const plain = fhirR4(connection, tools, { headers: { 'cache-control': 'no-cache' } })
  return {
    ...plain,
    update(type, id, text, version) {
      const own = version === undefined ? allowed(id) : id
      return plain.update(type, own, own === id ? text : JSON.stringify({ ...valueIn(text), id: own }), version)
    },
  }
}
