/** `/fhir`: the FHIR R4 RESTful API. Parses requests, calls flows, renders answers. https://hl7.org/fhir/R4/http.html */
import type { Hono } from 'hono'
import { problem } from '../domain/problem.ts'
import { isUtf8, methodsOf, type Place, type RouteName, rendering, routeOf } from '../fhir/interactions.ts'
import type { Preconditions } from '../fhir/version.ts'
import type { Gateway } from '../gateway.ts'
import { renderContent, resourceBody } from './binary.ts'
import { textBody } from './body.ts'
import { isFormat, mediaType, namesFhir, notAcceptable } from './content-type.ts'
import { type Ctx, createRouter, type Env } from './env.ts'
import { answered, prefer, renderVersion, renderWritten } from './fhir-answer.ts'
import type { Limits } from './limits.ts'
import { refuse } from './problem-details.ts'

/** A type, perhaps within a compartment. */
interface Where {
  readonly type: string
  readonly within?: { readonly type: string; readonly id: string }
}

type Pairs = readonly (readonly [name: string, value: string])[]

export function fhirRoutes(gateway: Gateway): Hono<Env> {
  const router = createRouter()
  const handlers: Readonly<Record<RouteName, (c: Ctx, at: Place) => Response | Promise<Response>>> = {
    capabilities: (c) => answered(c, gateway.capabilities(c.get('limits'), c.req.query('mode'))),
    bundle: async (c) =>
      answered(c, await c.get('desk').postBundle(c.get('body'), { ...sizes(c), ...wish(c), lenient: isLenient(c) })),
    processMessage: async (c) => answered(c, await c.get('desk').processMessage(c.get('body'), asked(c))),

    search: (c, { type }) => search(c, { type }, pairs(c)),
    compartmentSearch: (c, { type, id, member }) => search(c, { type: member, within: { type, id } }, pairs(c)),
    compartmentSearchOfAll: (c, { type, id }) => searchAcross(c, { type, id }, pairs(c)),
    compartmentSearchPosted: (c, { type, id, member }) =>
      posted(c, (all) => search(c, { type: member, within: { type, id } }, all)),
    compartmentSearchOfAllPosted: (c, { type, id }) => posted(c, (all) => searchAcross(c, { type, id }, all)),
    searchPosted: (c, { type }) => posted(c, (all) => search(c, { type }, all)),
    systemSearch: (c) => searchAcross(c, undefined, pairs(c)),
    systemSearchPosted: (c) => posted(c, (all) => searchAcross(c, undefined, all)),

    create: async (c, { type }) =>
      unconditional(c) ?? written(c, await c.get('desk').createResource(type, resourceBody(c), c.req.header('if-none-exist'))),
    update: async (c, { type, id }) =>
      unconditional(c) ?? written(c, await c.get('desk').updateResource(type, resourceBody(c, id), { id, ...conditions(c) })),
    conditionalUpdate: async (c, { type }) =>
      written(c, await c.get('desk').updateResource(type, c.get('body'), { ...criteria(c), ...conditions(c) })),
    patch: async (c, { type, id }) =>
      unconditional(c) ??
      written(c, await c.get('desk').patchResource(type, c.get('body'), { id, ...conditions(c), ...form(c) })),
    conditionalPatch: async (c, { type }) =>
      written(c, await c.get('desk').patchResource(type, c.get('body'), { ...criteria(c), ...conditions(c), ...form(c) })),
    delete: async (c, { type, id }) =>
      unconditional(c) ?? written(c, await c.get('desk').deleteResource(type, { id, ...conditions(c) })),
    conditionalDelete: async (c, { type }) =>
      written(c, await c.get('desk').deleteResource(type, { ...criteria(c), ...conditions(c) })),

    read: async (c, { type, id }) => shown(c, type)(c, await c.get('desk').readResource(type, id, asked(c))),
    vread: async (c, { type, id, version }) => shown(c, type)(c, await c.get('desk').readVersion(type, id, version, asked(c))),
    history: async (c, { type, id }) => answered(c, await c.get('desk').historyPage({ type, id }, asked(c))),
    typeHistory: async (c, { type }) => answered(c, await c.get('desk').historyPage({ type }, asked(c))),
    systemHistory: async (c) => answered(c, await c.get('desk').historyPage({}, asked(c))),

    everything: (c, { id }) => everything(c, id),
    everythingPosted: (c, { id }) => everything(c, id),
    validate: async (c, { type }) => answered(c, await c.get('desk').validateResource({ type }, c.get('body'), asked(c))),
    validateStored: (c, { type, id }) => validateOne(c, type, id),
    validateChange: (c, { type, id }) => validateOne(c, type, id),
    systemMeta: labels,
    systemMetaPosted: labels,
    typeMeta: labelsOfType,
    typeMetaPosted: labelsOfType,
    meta,
    metaPosted: meta,
    metaAdd: async (c, { type, id }) =>
      answered(c, await c.get('desk').changeMeta(type, { id, ...conditions(c) }, 'add', c.get('body'))),
    metaDelete: async (c, { type, id }) =>
      answered(c, await c.get('desk').changeMeta(type, { id, ...conditions(c) }, 'delete', c.get('body'))),
  }

  router.all('*', (c) => {
    if (!isUtf8(c.req.url)) return refuse(c, notUtf8)
    const path = c.req.path.slice('/fhir'.length)
    const found = routeOf(c.req.method, path)
    if (found) return handlers[found.name](c, found.at)
    const allow = methodsOf(path).join(', ')
    if (allow === '') return refuse(c, problem('not-found', 'There is no such interaction.'))
    c.header('Allow', allow)
    return refuse(c, problem('method-not-allowed', `Allowed here: ${allow}.`))
  })
  return router

  async function labels(c: Ctx): Promise<Response> {
    return answered(c, await c.get('desk').labelsInUse())
  }
  async function labelsOfType(c: Ctx, { type }: Place): Promise<Response> {
    return answered(c, await c.get('desk').labelsInUse(type))
  }
  async function meta(c: Ctx, { type, id }: Place): Promise<Response> {
    return answered(c, await c.get('desk').readMeta(type, id))
  }

  function written(c: Ctx, result: Parameters<typeof renderWritten>[2]): Response {
    return renderWritten(c, `${gateway.settingsOf(c.get('principal').tenant).baseUrl}/fhir`, result)
  }

  async function search(c: Ctx, where: Where, given: Pairs): Promise<Response> {
    return answered(c, await c.get('desk').searchPage({ ...where, ...asked(c), pairs: given }))
  }

  async function searchAcross(c: Ctx, within: Where['within'], given: Pairs): Promise<Response> {
    return answered(c, await c.get('desk').pageAcross(within, { ...asked(c), pairs: given }))
  }

  async function everything(c: Ctx, id: string): Promise<Response> {
    return answered(c, await c.get('desk').everything(id, c.get('body'), asked(c)))
  }

  async function validateOne(c: Ctx, type: string, id: string): Promise<Response> {
    return answered(c, await c.get('desk').validateResource({ type, id }, c.get('body'), asked(c)))
  }
}

const shown = (c: Ctx, type: string) => (type === 'Binary' && !namesFhir(c) ? renderContent : renderVersion)

const notUtf8 = problem('unreadable', 'What is percent-encoded here is not text in UTF-8.')

const pairs = (c: Ctx): Pairs => (c.req.url.includes('?') ? [...new URL(c.req.url).searchParams] : [])
/** A search by what is in the URL and in the form, which tells how its answer is to be written as well as a URL does. */
function posted(c: Ctx, search: (pairs: Pairs) => Promise<Response>): Response | Promise<Response> {
  const text = textBody(c)
  if (!text.ok) return refuse(c, text.problem)
  if (!isUtf8(text.value)) return refuse(c, notUtf8)
  const form = new URLSearchParams(text.value)
  const format = form.get('_format')
  if (format && !isFormat(format)) return refuse(c, notAcceptable)
  c.set('pretty', form.get('_pretty') === 'true')
  return search([...pairs(c), ...form])
}
const isLenient = (c: Ctx): boolean => prefer(c, 'handling') === 'lenient'
const asked = (c: Ctx): { readonly pairs: Pairs; readonly lenient: boolean; readonly room: number } => ({
  pairs: pairs(c),
  lenient: isLenient(c),
  room: c.get('limits').page,
})
const form = (c: Ctx): { readonly mediaType: string } => ({ mediaType: mediaType(c.req.header('content-type')) })
const criteria = (c: Ctx): { readonly criteria: string } => ({ criteria: new URL(c.req.url).search.slice(1) })

/**
 * Refuses conditions in the URL where they are none: who means some would have two resources where there should be one, or another one
 * changed or deleted than what they describe.
 */
function unconditional(c: Ctx): Response | undefined {
  if (pairs(c).every(([name]) => rendering.includes(name))) return undefined
  return refuse(c, problem('invalid', 'A create takes conditions from If-None-Exist, and what has an id none from its URL.'))
}

const sizes = (c: Ctx): Pick<Limits, 'entries' | 'resource' | 'bundle' | 'page'> => c.get('limits')

function wish(c: Ctx): { readonly returns?: string } {
  const returns = prefer(c, 'return')
  return returns === undefined ? {} : { returns }
}

const conditions = (c: Ctx): Preconditions => ({
  ifMatch: c.req.header('if-match'),
  ifNoneMatch: c.req.header('if-none-match'),
  ifUnmodifiedSince: c.req.header('if-unmodified-since'),
})
