/** A Binary in its own form, for whoever does not ask for FHIR's or brings it so. https://hl7.org/fhir/R4/binary.html#rest */
import { base64Of, bytesInBase64 } from '../domain/base64.ts'
import { problem, type Result } from '../domain/problem.ts'
import { valueIn } from '../fhir/exact.ts'
import { answerWith } from './answer.ts'
import { bringsContent, mediaType, wantsOther } from './content-type.ts'
import type { Ctx } from './env.ts'
import { renderVersion, type Version } from './fhir-answer.ts'
import { refuse } from './problem-details.ts'

/** The resource that a body is: around content that came in its own form a Binary is put. */
export function resourceBody(c: Ctx, id?: string): Uint8Array {
  if (!bringsContent(c)) return c.get('body')
  const context = c.req.header('x-security-context')
  return new TextEncoder().encode(
    JSON.stringify({
      resourceType: 'Binary',
      ...(id !== undefined && { id }),
      contentType: c.req.header('content-type'),
      ...(context !== undefined && { securityContext: { reference: context } }),
      data: base64Of(c.get('body')),
    }),
  )
}

/** The resource where it has no content, or is of a form that Accept does not name: 406 if it names none of FHIR's, either. */
export function renderContent(c: Ctx, read: Result<Version>): Response {
  if (!read.ok) return refuse(c, read.problem)
  const { contentType, data } = valueIn(read.value.text!)
  if (typeof contentType !== 'string' || typeof data !== 'string' || !accepts(c, mediaType(contentType))) {
    if (!wantsOther(c)) return renderVersion(c, read)
    return refuse(c, problem('not-acceptable', 'This Binary is of another form: ask for it as application/fhir+json.'))
  }
  const shown = renderVersion(c, read)
  if (shown.status !== 200) return shown
  const bytes = bytesInBase64(data)
  // Never shown as a page of ours, whatever it says it is.
  const own = { 'content-type': contentType, 'content-disposition': 'attachment' }
  return answerWith(c, 200, bytes, { ...Object.fromEntries(shown.headers), ...own })
}

function accepts(c: Ctx, type: string): boolean {
  const fitting = [type, `${type.split('/', 1)[0]}/*`, '*/*']
  const accept = c.req.header('accept') || '*/*'
  return accept.split(',').some((one) => fitting.includes(mediaType(one)))
}
