/** Medplum: R4 as we write it, with two habits of its own. */
import type { AuthTools } from './auth/credentials.ts'
import type { Connection, Connector } from './connector.ts'
import { fhirR4 } from './fhir-r4.ts'

export function medplum(connection: Connection, tools: AuthTools): Connector {
  // https://github.com/medplum/medplum/pull/781: an update that changes nothing is answered 304.
  const plain = fhirR4(connection, tools, { unchanged: [304] })
  return {
    ...plain,
    /** Ids are the server's to give (https://github.com/medplum/medplum/issues/5032): what has no identifier is created on our tag. */
    update(type, id, text, version) {
      const tag = version === undefined ? tagIn(text, id) : undefined
      return tag ? plain.create(type, text, tag, '_tag') : plain.update(type, id, text, version)
    },
  }
}

interface Tagged {
  readonly meta?: { readonly tag?: readonly { readonly system?: string; readonly code?: string }[] }
}

function tagIn(text: string, id: string): { readonly system: string; readonly value: string } | undefined {
  const tag = ((JSON.parse(text) as Tagged).meta?.tag ?? []).find(({ code }) => code === id)
  return tag?.system === undefined ? undefined : { system: tag.system, value: id }
}
