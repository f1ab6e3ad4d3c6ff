/**
 * A hospital's messaging system, small and in memory: an operator's page, discharges it pushes when asked (`POST /discharges`), and the
 * acknowledgements it got. It knows of the gateway what hospitals know: where to send HL7 v2 and where FHIR messages.
 */
import { Hono } from 'hono'
import { html } from 'hono/html'
import { startHttpServer } from '../../node/http-server.ts'
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
  /** Sends the discharge as ADT^A03; each time under a new control id. */
  sendAdt(stay: HospitalStay): Promise<Acknowledgement>
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
  const sendAdt: Hospital['sendAdt'] = (stay) => sendText(stay.visit, dischargeMessage(stay, `SB-${++messages}`))
  const sendNotification: Hospital['sendNotification'] = (stay) =>
    push(stay.visit, 'FHIR', JSON.stringify(dischargeNotification(stay)))

  const app = new Hono()
  app.get('/', (c) => c.html(page(stays, acknowledgements)))
  app.get('/acknowledgements', (c) => c.json(acknowledgements))
  app.post('/discharges', async (c) => {
    const stay = stays.find(({ visit }) => visit === c.req.query('visit')) ?? stays[0]!
    await sendAdt(stay)
    await sendNotification(stay)
    return c.redirect('/', 303)
  })
  const server = await startHttpServer((request) => app.fetch(request), '127.0.0.1', 0)
  return {
    url: `http://127.0.0.1:${server.port}`,
    acknowledgements,
    sendAdt,
    sendNotification,
    sendText,
    close: () => server.stop(0),
  }
}

function codeIn(text: string, form: Acknowledgement['form']): string {
  if (form === 'HL7 v2') return /(?:^|\r)MSA.([A-Z]{2})/.exec(text)?.[1] ?? ''
  return /"code":"(ok|transient-error|fatal-error)"/.exec(text)?.[1] ?? ''
}

const page = (stays: readonly HospitalStay[], acknowledgements: readonly Acknowledgement[]) => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>St. Brendan's</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}td,th{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0}code{font-size:.85em;overflow-wrap:anywhere;white-space:pre-wrap}form{display:inline}</style></head>
<body><h1>St. Brendan's messaging desk</h1><p>A hospital of the sandbox. Everybody here is invented.</p>
<table><tr><th>visit</th><th>patient</th><th>left</th><th></th></tr>${stays.map(
  ({ visit, patient, dischargedAt }) =>
    html`<tr><td>${visit}</td><td>${patient.given} ${patient.family}</td><td>${dischargedAt}</td><td><form method="post" action="/discharges?visit=${encodeURIComponent(visit)}"><button>Tell the gateway (HL7 v2 and FHIR)</button></form></td></tr>`,
)}</table>
<h2>Acknowledgements</h2><table><tr><th>visit</th><th>form</th><th>code</th><th>answer</th></tr>${acknowledgements.map(
  ({ visit, form, code, answer }) =>
    html`<tr><td>${visit}</td><td>${form}</td><td>${code}</td><td><code>${answer.slice(0, 400).replaceAll('\r', '\n')}</code></td></tr>`,
)}</table></body></html>`
