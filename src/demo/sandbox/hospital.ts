/**
 * A hospital's messaging system, small and in memory: an operator's page, discharges it pushes when asked (`POST /discharges`), and the
 * acknowledgements it got. It knows of the gateway what hospitals know: where to send HL7 v2 and where FHIR messages.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ask } from '../talk.ts'
import { dischargeMessage, dischargeNotification, type HospitalStay } from './hospital-messages.ts'

/** What was sent, and what came back. */
interface Acknowledgement {
  readonly visit: string
  readonly form: 'HL7 v2' | 'FHIR'
  readonly sent: string
  readonly status: number
  readonly answer: string
  /** MSA-1, or `MessageHeader.response.code`. */
  readonly code: string
}

export interface Hospital {
  readonly url: string
  readonly acknowledgements: readonly Acknowledgement[]
  /** Sends the discharge as ADT^A03; each time under a new control id, unless one is given. */
  sendAdt(stay: HospitalStay, controlId?: string): Promise<Acknowledgement>
  /** Sends the notification of the same discharge. */
  sendNotification(stay: HospitalStay): Promise<Acknowledgement>
  /** Sends any text to the HL7 v2 address. */
  sendText(visit: string, text: string): Promise<Acknowledgement>
  close(): Promise<void>
}

interface HospitalOptions {
  readonly gatewayUrl: string
  /** Those who left. */
  readonly stays: readonly HospitalStay[]
}

export async function startHospital({ gatewayUrl, stays }: HospitalOptions): Promise<Hospital> {
  const acknowledgements: Acknowledgement[] = []
  let messages = 1000

  const push = async (visit: string, form: Acknowledgement['form'], sent: string): Promise<Acknowledgement> => {
    const [path, type] = form === 'FHIR' ? ['/fhir/$process-message', 'application/fhir+json'] : ['/hl7v2', 'application/hl7-v2']
    const { status, text } = await ask(gatewayUrl + path, { method: 'POST', type, body: sent })
    const acknowledgement = { visit, form, sent, status, answer: text, code: codeIn(text, form) }
    acknowledgements.push(acknowledgement)
    return acknowledgement
  }
  const sendText: Hospital['sendText'] = (visit, text) => push(visit, 'HL7 v2', text)
  const sendAdt: Hospital['sendAdt'] = (stay, controlId = `SB-${++messages}`) =>
    sendText(stay.visit, dischargeMessage(stay, controlId))
  const sendNotification: Hospital['sendNotification'] = (stay) =>
    push(stay.visit, 'FHIR', JSON.stringify(dischargeNotification(stay)))

  const server: Server = createServer((incoming, response) => {
    answer(incoming).then(
      ({ status, type, body }) =>
        response.writeHead(status, { 'content-type': type, ...(status === 303 && { location: '/' }) }).end(body),
      () => response.writeHead(502).end(),
    )
  })
  const answer = async (incoming: IncomingMessage): Promise<{ status: number; type: string; body: string }> => {
    const url = new URL(incoming.url ?? '/', 'http://hospital')
    if (incoming.method === 'POST' && url.pathname === '/discharges') {
      const stay = stays.find(({ visit }) => visit === url.searchParams.get('visit')) ?? stays[0]!
      await sendAdt(stay)
      await sendNotification(stay)
      return { status: 303, type: 'text/plain', body: 'Sent.' }
    }
    if (url.pathname === '/acknowledgements')
      return { status: 200, type: 'application/json', body: JSON.stringify(acknowledgements, undefined, 2) }
    if (url.pathname === '/') return { status: 200, type: 'text/html; charset=utf-8', body: page(stays, acknowledgements) }
    return { status: 404, type: 'text/plain', body: 'Nothing here.' }
  }

  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    acknowledgements,
    sendAdt,
    sendNotification,
    sendText,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

function codeIn(text: string, form: Acknowledgement['form']): string {
  if (form === 'HL7 v2') return /(?:^|\r)MSA.([A-Z]{2})/.exec(text)?.[1] ?? ''
  return /"code":"(ok|transient-error|fatal-error)"/.exec(text)?.[1] ?? ''
}

const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`).replaceAll('\r', '<br>')

const page = (stays: readonly HospitalStay[], acknowledgements: readonly Acknowledgement[]): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>St. Brendan's</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}td,th{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0}code{font-size:.85em;overflow-wrap:anywhere}form{display:inline}</style></head>
<body><h1>St. Brendan's messaging desk</h1><p>A hospital of the sandbox. Everybody here is invented.</p>
<table><tr><th>visit</th><th>patient</th><th>left</th><th></th></tr>${stays
  .map(
    ({ visit, patient, dischargedAt }) =>
      `<tr><td>${escaped(visit)}</td><td>${escaped(`${patient.given} ${patient.family}`)}</td><td>${escaped(dischargedAt)}</td><td><form method="post" action="/discharges?visit=${encodeURIComponent(visit)}"><button>Tell the gateway (HL7 v2 and FHIR)</button></form></td></tr>`,
  )
  .join('')}</table>
<h2>Acknowledgements</h2><table><tr><th>visit</th><th>form</th><th>code</th><th>answer</th></tr>${acknowledgements
  .map(
    ({ visit, form, code, answer }) =>
      `<tr><td>${escaped(visit)}</td><td>${form}</td><td>${escaped(code)}</td><td><code>${escaped(answer.slice(0, 400))}</code></td></tr>`,
  )
  .join('')}</table></body></html>`
