/** A partner that may be spoken to, and uses it: it leads whoever asks to an address of its choice. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface LeadingPartner {
  readonly baseUrl: string
  /** As HANDOFF_ALLOW_TARGETS wants it. */
  readonly target: string
  /** Where to, and how: by redirects, or by what its answers say. */
  lead(to: string, by: 'redirect' | 'content'): void
  close(): void
}

export async function openLeadingPartner(): Promise<LeadingPartner> {
  let [to, by] = ['', 'content' as 'redirect' | 'content']
  const server = createServer((request, response) => {
    request.resume()
    if (by === 'redirect') response.writeHead(request.method === 'GET' ? 302 : 307, { location: encoded(to) }).end()
    else leading(request, response, to)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const target = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    baseUrl: `http://${target}/fhir`,
    target,
    lead(...told) {
      ;[to, by] = told
    },
    close: () => void server.close().closeAllConnections(),
  }
}

/** No header bears other letters. */
const encoded = (to: string): string => to.replaceAll(/[^\x21-\x7e]/g, encodeURIComponent)

function leading({ method, url = '' }: IncomingMessage, response: ServerResponse, to: string): void {
  const answer = (status: number, body?: object) =>
    response
      .writeHead(status, {
        'content-type': 'application/fhir+json',
        location: encoded(to),
        'content-location': encoded(to),
        link: `<${encoded(to)}>; rel="next"`,
      })
      .end(body && JSON.stringify(body))
  if (method !== 'GET') return void answer(201)
  if (url.includes('metadata')) {
    const interaction = [{ code: 'history-type' }]
    const rest = [
      { mode: 'server', resource: [{ type: 'Patient', interaction }], security: { extension: [{ url: to, valueUri: to }] } },
    ]
    return void answer(200, {
      resourceType: 'CapabilityStatement',
      fhirVersion: '4.0.1',
      implementation: { description: 'x', url: to },
      rest,
    })
  }
  const resource = { resourceType: 'Patient', id: 'x', meta: { profile: [to], source: to }, photo: [{ url: to }] }
  if (/Patient\/./.test(url)) return void answer(200, resource)
  const link = ['self', 'next', 'previous'].map((relation) => ({ relation, url: to }))
  answer(200, { resourceType: 'Bundle', type: 'searchset', link, entry: [{ fullUrl: to, resource }] })
}
