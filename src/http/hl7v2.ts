/** `/hl7v2`: one HL7 v2 message in, its acknowledgement out, in the same form and character set. */
import type { Hono } from 'hono'
import { answerBody } from '../hl7v2/acknowledge.ts'
import { answerWith } from './answer.ts'
import { mediaType } from './content-type.ts'
import { createRouter, type Env } from './env.ts'
import { refuse } from './problem-details.ts'

const forms = ['application/hl7-v2', 'x-application/hl7-v2+er7']

export function hl7v2Routes(): Hono<Env> {
  const router = createRouter()
  router.post('/', async (c) => {
    const received = await c.get('desk').receiveMessage(c.get('body'))
    if (!received.ok) return refuse(c, received.problem)
    const { answer } = received.value
    const asked = mediaType(c.req.header('content-type'))
    const type = forms.includes(asked) ? asked : forms[0]!
    return answerWith(c, 200, answerBody(answer.text), { 'content-type': type })
  })
  return router
}
