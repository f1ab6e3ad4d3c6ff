/** The app: every route is mounted here and nowhere else. */
import { Hono } from 'hono'
import { docsRoutes } from './console/docs.ts'
import { messageRoutes } from './console/messages.ts'
import { workRoutes } from './console/people/routes.ts'
import { consoleRoutes } from './console/routes.ts'
import { sheetRoutes } from './console/sheet.ts'
import type { Gateway } from './gateway.ts'
import { adminRoutes } from './http/admin.ts'
import { auditRoutes } from './http/audit.ts'
import { type Authentication, authenticate } from './http/authenticate.ts'
import { billingRoutes, claimEditRoutes, payerRuleRoutes } from './http/billing.ts'
import { readBody } from './http/body.ts'
import { clientRoutes } from './http/clients.ts'
import { contentTypes } from './http/content-type.ts'
import { coordinationRoutes } from './http/coordination.ts'
import { crossOrigin } from './http/cors.ts'
import { openDesk } from './http/desk.ts'
import { documentRoutes } from './http/documents.ts'
import type { Env } from './http/env.ts'
import { fhirRoutes } from './http/fhir.ts'
import { frame, nowhere, unexpected } from './http/frame.ts'
import { healthRoutes } from './http/health.ts'
import { hl7v2Routes } from './http/hl7v2.ts'
import { type Limits, nodeLimits } from './http/limits.ts'
import { oauthRoutes, smartConfiguration } from './http/oauth.ts'
import { openApiRoutes } from './http/openapi.ts'
import { checkQuery } from './http/query.ts'
import { settle } from './http/settle.ts'

interface AppOptions extends Authentication {
  /** Default: those of a Node process. */
  readonly limits?: Limits
  /** True from the moment on that the process wants no further requests. */
  readonly isStopping?: () => boolean
}

export function createApp(gateway: Gateway, options: AppOptions): Hono<Env> {
  const app = new Hono<Env>({ strict: false })
  const { identify, forgetAfterwards } = authenticate(gateway, options)
  app.use(frame(gateway, options.limits ?? nodeLimits))
  if (options.origins && options.origins.length > 0) app.use(crossOrigin(options.origins))
  app.use(settle(identify, checkQuery, readBody, contentTypes, openDesk(gateway)))
  for (const path of ['/admin/clients/*', '/oauth/revoke']) app.use(path, forgetAfterwards)
  app.onError(unexpected(gateway))

  app.route('/', healthRoutes(gateway, options.isStopping ?? (() => false)))
  app.route('/', openApiRoutes(gateway))
  app.route('/docs', docsRoutes())
  app.route('/oauth', oauthRoutes(gateway))
  app.route('/admin/clients', clientRoutes(gateway))
  app.route('/admin/claim-edits', claimEditRoutes())
  app.route('/admin/payer-rules', payerRuleRoutes())
  app.route('/admin/audit', auditRoutes())
  app.route('/admin', adminRoutes())
  app.route('/billing', billingRoutes(gateway))
  app.route('/console/work', workRoutes(gateway))
  app.route('/console', consoleRoutes(gateway))
  app.get('/', (c) => c.redirect('/console'))
  app.route('/messages', messageRoutes(gateway))
  app.route('/coordination', sheetRoutes())
  app.route('/coordination', coordinationRoutes())
  app.route('/hl7v2', hl7v2Routes())
  app.route('/documents', documentRoutes())
  // Open to pages of any origin, as the capability statement is: https://hl7.org/fhir/smart-app-launch/conformance.html
  app.get('/fhir/.well-known/smart-configuration', (c) =>
    c.json(smartConfiguration(gateway.settings.baseUrl), 200, { 'Access-Control-Allow-Origin': '*' }),
  )
  app.route('/fhir', fhirRoutes(gateway))
  app.notFound(nowhere(app.routes))
  return app
}
