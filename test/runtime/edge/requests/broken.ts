/** Input that means harm, at every surface that takes any: a part of it, which is another at each surface; `EDGE=all` tries all. */
import { bundles, doubled, encoded, type Hostile, malformed, names, packed } from '../../../faults/hostile/bodies.ts'
import { messages } from '../../../faults/hostile/messages.ts'
import { type Asked, fhir, form, json } from './request.ts'

const every = [...malformed, ...encoded, ...names, ...doubled, ...packed]
const surfaces: readonly (readonly [method: string, path: string, type: string, bodies: readonly Hostile[]])[] = [
  ['POST', '/fhir', fhir, [...bundles.filter(({ body }) => body.length < 400_000), ...every]],
  ['POST', '/fhir/Patient', fhir, every],
  ['PATCH', '/fhir/Patient/rosa', 'application/json-patch+json', every],
  ['POST', '/fhir/$process-message', fhir, every],
  ['POST', '/coordination/clients', json, every],
  ['POST', '/billing/acks', json, every],
  ['POST', '/oauth/token', form, malformed],
  ['POST', '/hl7v2', 'application/hl7-v2', [...messages, ...encoded]],
  ['POST', '/documents', 'application/xml', [...malformed, ...encoded]],
]

const nth = process.env.EDGE === 'all' ? 1 : 8

export const brokenRequests: readonly Asked[] = surfaces
  .flatMap(([method, path, type, bodies]) =>
    bodies.map(({ name, body, headers }) => ({ method, path, type, name, body, ...(headers && { headers }) })),
  )
  .filter((_, at) => at % nth === 0)
