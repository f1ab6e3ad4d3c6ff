/** `/openapi.json` (https://spec.openapis.org/oas/v3.1.1): everything that is not FHIR, from one table. */
import type { Hono } from 'hono'
import { z } from 'zod'
import type { Gateway } from '../gateway.ts'
import { createRouter, type Env } from './env.ts'
import { answersTo } from './operation-answers.ts'
import { type Operation, operations } from './operations.ts'

function openApi(baseUrl: string): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const operation of operations) {
    const described = paths[operation.path] ?? {}
    described[operation.method] = describe(operation)
    paths[operation.path] = described
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Warm Handoff',
      version: '0.1.0',
      description: `What is not FHIR. The FHIR R4 API at ${baseUrl}/fhir describes itself at ${baseUrl}/fhir/metadata.`,
    },
    servers: [{ url: baseUrl }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: problemSchema, OAuthError: oauthErrorSchema },
    },
  }
}

/** https://www.rfc-editor.org/rfc/rfc9457 */
const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'issues'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'Stable.' },
    issues: { type: 'array', items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } } },
    allowed: { type: 'array', items: { type: 'string' }, description: 'Of a refused event: the events that are allowed.' },
  },
}

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
const oauthErrorSchema = {
  type: 'object',
  required: ['error'],
  properties: { error: { type: 'string' }, error_description: { type: 'string' } },
}

/** Who comes without a token is told so as everywhere; the rest is OAuth's. */
const refusals = (path: string): object => ({
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  ...(path.startsWith('/oauth/') && { 'application/json': { schema: { $ref: '#/components/schemas/OAuthError' } } }),
})

const inPath = (path: string): readonly object[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))

/** https://spec.openapis.org/oas/v3.1.1#parameter-object */
const inQuery = (query: z.ZodObject): readonly object[] =>
  Object.entries<z.ZodType>(query.shape).map(([name, of]) => {
    const { $schema: _, ...schema } = z.toJSONSchema(of, { io: 'input' })
    return { name, in: 'query', ...(!of.safeParse(undefined).success && { required: true }), schema }
  })

const done = (operation: Operation): object =>
  Object.fromEntries(
    Object.entries(answersTo(operation)).map(([status, types]) => [
      status,
      { description: 'Done.', ...(types.length > 0 && { content: Object.fromEntries(types.map((type) => [type, {}])) }) },
    ]),
  )
const refused = (path: string): object => ({ description: 'Refused.', content: refusals(path) })

function describe(operation: Operation): object {
  const { path, summary, body, isBodyOptional, schema, query, open, method } = operation
  const parameters = [...inPath(path), ...(query ? inQuery(query) : [])]
  return {
    summary,
    operationId: `${method}${path.replace(/[^A-Za-z]+(\w?)/g, (_, next: string) => next.toUpperCase())}`,
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: !isBodyOptional,
        content: { [body]: { schema: schema ? z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) : {} } },
      },
    }),
    responses: { ...done(operation), '4XX': refused(path), '5XX': refused(path) },
    ...(open && { security: [] }),
  }
}

export function openApiRoutes(gateway: Gateway): Hono<Env> {
  const router = createRouter()
  router.get('/openapi.json', (c) => c.json(openApi(gateway.settingsOf(c.get('principal').tenant).baseUrl)))
  return router
}
