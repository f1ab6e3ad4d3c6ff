/** `/openapi.json` (https://spec.openapis.org/oas/v3.1.1): everything that is not FHIR, from one table. */
import type { Hono } from 'hono'
import type { z } from 'zod'
import { jsonSchema } from '../domain/json-schema.ts'
import { type Desk, type Gateway, software } from '../gateway.ts'
import { OAuthError, ProblemDetails } from './answer-forms.ts'
import { createRouter, type Env } from './env.ts'
import { answersTo, json, type Operation } from './operation.ts'
import { operations } from './operations.ts'

type Forms = Awaited<ReturnType<Desk['memberForms']>>

function openApi(baseUrl: string, forms: Forms): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const operation of operations) {
    const described = JSON.stringify(describe(operation))
    for (const { collection } of operation.path.includes('{collection}') ? forms : [{ collection: '' }]) {
      const path = operation.path.replace('{collection}', collection)
      const operationId = `${operation.method}${path.replace(/[^A-Za-z]+(\w?)/g, (_, next: string) => next.toUpperCase())}`
      paths[path] ??= {}
      paths[path][operation.method] = { operationId, ...JSON.parse(described.replaceAll('{collection}', collection)) }
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: software.name,
      version: software.version,
      description: `What is not FHIR. The FHIR R4 API at ${baseUrl}/fhir describes itself at ${baseUrl}/fhir/metadata.`,
    },
    servers: [{ url: baseUrl }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      responses: {
        Refused: { description: 'Refused.', content: problem },
        RefusedByOAuth: { description: 'Refused.', content: { ...problem, [json]: { schema: jsonSchema(OAuthError) } } },
      },
      schemas: {
        Problem: jsonSchema(ProblemDetails),
        ...Object.fromEntries(
          forms.flatMap(({ collection, told, sent, event }) => [
            [collection, told],
            [`${collection}.command`, sent],
            // Any, where there is none: it is refused.
            [`${collection}.event`, event ?? {}],
          ]),
        ),
      },
    },
  }
}

const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
/** Who comes without a token is told so as everywhere; the rest is OAuth's. */
const refused = (path: string): object => ({
  $ref: `#/components/responses/${path.startsWith('/oauth/') ? 'RefusedByOAuth' : 'Refused'}`,
})

const inPath = (path: string): readonly object[] =>
  [...path.replace('{collection}', '').matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))

/** https://spec.openapis.org/oas/v3.1.1#parameter-object */
const inQuery = (query: z.ZodObject): readonly object[] =>
  Object.entries<z.ZodType>(query.shape).map(([name, of]) => {
    const isRequired = !of.safeParse(undefined).success
    return { name, in: 'query', ...(isRequired && { required: true }), schema: jsonSchema(of) }
  })

const done = (operation: Operation): object =>
  Object.fromEntries(
    Object.entries(answersTo(operation)).map(([status, types]) => {
      const content = Object.fromEntries(types.map((type) => [type, formOf(operation, type)]))
      return [status, { description: 'Done.', ...(types.length > 0 && { content }) }]
    }),
  )
const formOf = ({ answer }: Operation, type: string): object => (answer && type === json ? { schema: jsonSchema(answer) } : {})

function describe(operation: Operation): object {
  const { path, summary, body, isBodyOptional, schema, query, open } = operation
  const parameters = [...inPath(path), ...(query ? inQuery(query) : [])]
  return {
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: !isBodyOptional,
        content: { [body]: { schema: schema ? jsonSchema(schema) : {} } },
      },
    }),
    responses: { ...done(operation), '4XX': refused(path), '5XX': refused(path) },
    ...(open && { security: [] }),
  }
}

export function openApiRoutes(gateway: Gateway): Hono<Env> {
  const router = createRouter()
  let forms: Forms | undefined
  router.get('/openapi.json', async (c) => {
    forms ??= await c.get('desk').memberForms()
    return c.json(openApi(gateway.settingsOf(c.get('principal').tenant).baseUrl, forms))
  })
  return router
}
