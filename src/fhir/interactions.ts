/**
 * What can be done, and where: the doors route by this table, the CapabilityStatement is rendered from it.
 * https://hl7.org/fhir/R4/http.html
 */

/** In what form a request brings its body. */
export type Body = 'resource' | 'patch' | 'form'

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the base, `:type`, `:id`, `:version` and `:member` standing for what varies. */
  readonly path: string
  /** https://hl7.org/fhir/R4/valueset-restful-interaction.html; several where the body decides. */
  readonly codes?: readonly string[]
  /** Canonical of the OperationDefinition; its name is in the path. */
  readonly operation?: string
  readonly body?: Body
}

/** How answers are written, not what is in them: of any request. https://hl7.org/fhir/R4/http.html#parameters */
export const rendering: readonly string[] = ['_format', '_pretty']

/**
 * Whether what stands percent-encoded is: a letter of another character set would be looked for as a sign that nobody has. Workers put that
 * sign there before anybody is asked, so that it is looked for all the same.
 */
export const isUtf8 = (encoded: string): boolean =>
  !/%[89a-f]/i.test(encoded) || /%ef%bf%bd/i.test(encoded) || !`${new URLSearchParams(encoded)}`.includes('%EF%BF%BD')

const core = 'http://hl7.org/fhir/OperationDefinition'

export const routes = {
  capabilities: { method: 'GET', path: '/metadata' },
  bundle: { method: 'POST', path: '/', codes: ['transaction', 'batch'], body: 'resource' },
  processMessage: {
    method: 'POST',
    path: '/$process-message',
    operation: `${core}/MessageHeader-process-message`,
    body: 'resource',
  },
  systemMeta: { method: 'GET', path: '/$meta', operation: `${core}/Resource-meta` },
  systemMetaPosted: { method: 'POST', path: '/$meta', operation: `${core}/Resource-meta`, body: 'resource' },
  systemSearch: { method: 'GET', path: '/', codes: ['search-system'] },
  systemSearchPosted: { method: 'POST', path: '/_search', codes: ['search-system'], body: 'form' },
  systemHistory: { method: 'GET', path: '/_history', codes: ['history-system'] },

  everything: { method: 'GET', path: '/Patient/:id/$everything', operation: `${core}/Patient-everything` },
  everythingPosted: {
    method: 'POST',
    path: '/Patient/:id/$everything',
    operation: `${core}/Patient-everything`,
    body: 'resource',
  },

  searchPosted: { method: 'POST', path: '/:type/_search', codes: ['search-type'], body: 'form' },
  typeHistory: { method: 'GET', path: '/:type/_history', codes: ['history-type'] },
  validate: { method: 'POST', path: '/:type/$validate', operation: `${core}/Resource-validate`, body: 'resource' },
  typeMeta: { method: 'GET', path: '/:type/$meta', operation: `${core}/Resource-meta` },
  typeMetaPosted: { method: 'POST', path: '/:type/$meta', operation: `${core}/Resource-meta`, body: 'resource' },
  search: { method: 'GET', path: '/:type', codes: ['search-type'] },
  create: { method: 'POST', path: '/:type', codes: ['create'], body: 'resource' },
  conditionalUpdate: { method: 'PUT', path: '/:type', codes: ['update'], body: 'resource' },
  conditionalPatch: { method: 'PATCH', path: '/:type', codes: ['patch'], body: 'patch' },
  conditionalDelete: { method: 'DELETE', path: '/:type', codes: ['delete'] },

  validateStored: { method: 'GET', path: '/:type/:id/$validate', operation: `${core}/Resource-validate` },
  validateChange: { method: 'POST', path: '/:type/:id/$validate', operation: `${core}/Resource-validate`, body: 'resource' },
  meta: { method: 'GET', path: '/:type/:id/$meta', operation: `${core}/Resource-meta` },
  metaPosted: { method: 'POST', path: '/:type/:id/$meta', operation: `${core}/Resource-meta`, body: 'resource' },
  metaAdd: { method: 'POST', path: '/:type/:id/$meta-add', operation: `${core}/Resource-meta-add`, body: 'resource' },
  metaDelete: { method: 'POST', path: '/:type/:id/$meta-delete', operation: `${core}/Resource-meta-delete`, body: 'resource' },
  history: { method: 'GET', path: '/:type/:id/_history', codes: ['history-instance'] },
  vread: { method: 'GET', path: '/:type/:id/_history/:version', codes: ['vread'] },
  read: { method: 'GET', path: '/:type/:id', codes: ['read'] },
  compartmentSearch: { method: 'GET', path: '/:type/:id/:member', codes: ['search-type'] },
  compartmentSearchOfAll: { method: 'GET', path: '/:type/:id/*', codes: ['search-type'] },
  compartmentSearchPosted: { method: 'POST', path: '/:type/:id/:member/_search', codes: ['search-type'], body: 'form' },
  compartmentSearchOfAllPosted: { method: 'POST', path: '/:type/:id/_search', codes: ['search-type'], body: 'form' },
  update: { method: 'PUT', path: '/:type/:id', codes: ['update'], body: 'resource' },
  patch: { method: 'PATCH', path: '/:type/:id', codes: ['patch'], body: 'patch' },
  delete: { method: 'DELETE', path: '/:type/:id', codes: ['delete'] },
} as const satisfies Record<string, Route>

export type RouteName = keyof typeof routes

const all: readonly Route[] = Object.values(routes)

/** What a path names, where it names it. */
export interface Place {
  readonly type: string
  readonly id: string
  readonly version: string
  /** Type of what belongs to a compartment. */
  readonly member: string
}

/** What varies: a type begins with a capital, nothing begins as operations (`$`) and words of the API (`_`) do. */
const varies: Readonly<Record<string, RegExp>> = { ':type': /^[A-Z]/, ':id': /^[^$_]/, ':version': /^[^$_]/, ':member': /^[A-Z]/ }

const patterns = (Object.keys(routes) as RouteName[]).map((name) => {
  const steps = stepsOf(routes[name].path)
  const places = steps.flatMap((step, i) => (step in varies ? [[step.slice(1) as keyof Place, i] as const] : []))
  return { name, method: routes[name].method, steps, places }
})

/** By method and number of steps: every request is looked for here, and every entry of a Bundle. */
const tried = Map.groupBy(patterns, ({ method, steps }) => `${method}${steps.length}`)

/** With or without a slash at the end. */
function stepsOf(path: string): readonly string[] {
  return path.split('/').filter((step) => step !== '')
}

const fits = (wanted: readonly string[], given: readonly string[]): boolean =>
  wanted.length === given.length && wanted.every((step, i) => step === given[i] || varies[step]?.test(given[i]!) === true)

/** The route of a request below the base, and what its path names (empty what it does not); undefined where there is none. */
export function routeOf(method: string, path: string): { readonly name: RouteName; readonly at: Place } | undefined {
  const given = stepsOf(path)
  const wanted = method === 'HEAD' ? 'GET' : method
  const found = tried.get(`${wanted}${given.length}`)?.find(({ steps }) => fits(steps, given))
  if (!found) return undefined
  const at = { type: given[0] ?? '', id: '', version: '', member: '' }
  for (const [name, i] of found.places) at[name] = given[i]!
  return { name: found.name, at }
}

/** The methods of a path, as `Allow` names them; none where there is no such path. */
export function methodsOf(path: string): readonly string[] {
  const given = stepsOf(path)
  const methods = patterns.flatMap(({ method, steps }) =>
    fits(steps, given) ? (method === 'GET' ? ['GET', 'HEAD'] : [method]) : [],
  )
  return [...new Set(methods)]
}

interface Operation {
  readonly name: string
  readonly definition: string
}

const isOfServer = ({ path }: Route): boolean => !/^\/(:type|[A-Z])/.test(path)
const codesOf = (list: readonly Route[]): readonly string[] => [...new Set(list.flatMap(({ codes }) => codes ?? []))]

function operationsOf(list: readonly Route[]): readonly Operation[] {
  const found = new Map<string, Operation>()
  for (const { path, operation } of list) {
    const name = path.slice(path.indexOf('$') + 1)
    if (operation !== undefined) found.set(name, { name, definition: operation })
  }
  return [...found.values()]
}

/** https://hl7.org/fhir/R4/valueset-system-restful-interaction.html */
export const systemInteractions = codesOf(all.filter(isOfServer))
export const systemOperations = operationsOf(all.filter(isOfServer))

/** https://hl7.org/fhir/R4/valueset-type-restful-interaction.html */
export const typeInteractions = codesOf(all.filter((route) => !isOfServer(route)))

/** Operations on a type and on its instances. */
export const typeOperations = (type: string): readonly Operation[] =>
  operationsOf(
    all.filter((route) => !isOfServer(route) && (route.path.startsWith('/:type') || route.path.startsWith(`/${type}/`))),
  )
