import { describe, expect, test } from 'vitest'
import { readSettings, type Settings } from '../src/settings.ts'

const files: Record<string, string> = {
  'handoff.yaml':
    'tenants:\n  - name: north\nconnections:\n  - name: ehr\n    tenant: north\n    auth: { type: bearer, token: { $env: EHR_TOKEN } }\n',
  'handoff.json': '{ "clients": [{ "client_id": "billing", "secret": { "$file": "secret" } }] }',
  secret: 'from a file\n',
  token: 'kept-in-a-file\n',
  broken: '{ "clients": [',
  strange: '{ "clients": {}, "tenant": [] }',
  unset: '{ "connections": [{ "name": { "$env": "NOT_SET" } }] }',
  bomb: 'a: &a [x]\nconnections: [*a, *a]\n',
}
const readFile = (path: string) => files[path]

const read = (env: Record<string, string | undefined>): Settings => {
  const settings = readSettings(env, readFile)
  if (!settings.ok) throw new Error(JSON.stringify(settings.problem.issues))
  return settings.value
}
const faults = (env: Record<string, string>): Record<string, string> => {
  const settings = readSettings(env, readFile)
  return settings.ok ? {} : Object.fromEntries(settings.problem.issues.map((issue) => [issue.path, issue.message]))
}

const signIn = {
  ...{
    issuer: 'https://login.example',
    clientId: 'handoff',
    clientSecret: { $env: 'LOGIN_SECRET' },
    identifierSystem: 'urn:staff',
  },
  roles: [{ code: 'coordinator', scope: 'system/*.rs system/Task.u' }, { scope: 'system/*.rs' }],
}
const signingIn = (changes: object) => JSON.stringify({ tenants: [{ name: 'default', signIn: { ...signIn, ...changes } }] })

describe('how the care team signs in', () => {
  const asked = (changes: object) => readSettings({ HANDOFF_CONFIG: signingIn(changes), LOGIN_SECRET: 's3' }, (text) => text)

  test('is told of a tenant, with a secret from elsewhere, and the least that goes without saying', () => {
    const settings = asked({})
    expect(settings.ok && settings.value.config.tenants[0]!.signIn).toEqual({
      ...{ ...signIn, clientSecret: 's3', claim: 'sub', idleMinutes: 15 },
      roles: signIn.roles.map((role) => ({ ...role, purpose: 'TREAT', protected_records: false })),
    })
  })

  test.each([
    ['issuer', { issuer: 'login.example' }],
    ['clientSecret', { clientSecret: undefined }],
    ['roles', { roles: [] }],
    ['roles.0.scope', { roles: [{ scope: 'user/*.rs' }] }],
    ['roles.0.scope', { roles: [{ code: 'coordinator' }] }],
    ['roles.0', { roles: [{ scope: 'system/*.rs', everything: true }] }],
    ['idleMinutes', { idleMinutes: 0 }],
  ])('is refused at the start where %s is not right', (path, changes) => {
    const settings = asked(changes)
    expect(settings.ok ? [] : settings.problem.issues.map(({ message }) => message.split(':')[0])).toEqual([
      `tenants.0.signIn.${path}`,
    ])
  })
})

describe('the settings', () => {
  test('need nothing', () => {
    expect(read({})).toEqual({
      host: '127.0.0.1',
      port: 8080,
      store: 'sqlite:./data',
      auth: 'smart',
      canonicalBase: 'https://warm-handoff.example/fhir',
      logLevel: 'info',
      validation: 'refuse',
      provenance: 'on',
      audit: 'on',
      allowTargets: [],
      corsOrigins: [],
      config: { tenants: [], connections: [], clients: [], policies: [] },
      warnings: [],
    })
  })

  test('warn of a token that can be guessed', () => {
    expect(read({ HANDOFF_ADMIN_TOKEN: 'secret' }).warnings).toEqual([expect.stringContaining('whoever guesses it')])
    expect(read({ HANDOFF_ADMIN_TOKEN: 'Zk3vP0qTn8rLw2Xy' }).warnings).toEqual([])
  })

  test('are read from the environment', () => {
    const settings = read({
      HOST: '0.0.0.0',
      PORT: '9000',
      HANDOFF_STORE: 'sqlite::memory:',
      HANDOFF_ADMIN_TOKEN: 'a-token',
      HANDOFF_BASE_URL: 'https://gateway.example/care/',
      HANDOFF_MLLP_PORT: '2575',
      HANDOFF_LOG: 'warn',
      HANDOFF_VALIDATION: 'mark',
      HANDOFF_PROVENANCE: 'off',
      HANDOFF_AUDIT: 'changes',
      HANDOFF_ALLOW_TARGETS: '127.0.0.1:*, ehr.local:8443',
      HANDOFF_CORS_ORIGINS: 'https://app.example, http://localhost:3000',
    })
    expect(settings).toMatchObject({
      host: '0.0.0.0',
      port: 9000,
      store: 'sqlite::memory:',
      adminToken: 'a-token',
      mllpPort: 2575,
      validation: 'mark',
      provenance: 'off',
    })
    expect(settings.baseUrl).toBe('https://gateway.example/care')
    expect(settings.allowTargets).toEqual([{ host: '127.0.0.1' }, { host: 'ehr.local', port: 8443 }])
    expect(settings.corsOrigins).toEqual(['https://app.example', 'http://localhost:3000'])
  })

  test('report all faults at once', () => {
    expect(
      faults({
        PORT: '70000',
        HANDOFF_STORE: 'mysql://x',
        HANDOFF_AUTH: 'some',
        HANDOFF_BASE_URL: 'gateway',
        HANDOFF_LOG: 'loud',
        HANDOFF_VALIDATION: 'maybe',
        HANDOFF_ALLOW_TARGETS: 'localhost',
        HANDOFF_CONFIG: 'nowhere',
      }),
    ).toEqual({
      PORT: 'is not a port',
      HANDOFF_STORE: 'is none of sqlite:<folder>, sqlite::memory: and postgres://…',
      HANDOFF_AUTH: 'is neither smart nor none',
      HANDOFF_BASE_URL: 'is not an http(s) URL',
      HANDOFF_LOG: 'is none of debug, info, warn, error, silent',
      HANDOFF_VALIDATION: 'is neither refuse nor mark',
      HANDOFF_ALLOW_TARGETS: 'is not a list of host:port, the port may be *',
      HANDOFF_CONFIG: 'cannot be read',
    })
  })

  test('may name a PostgreSQL database, whose password is not repeated where the name will not do', () => {
    const store = 'postgres://user:word@db/handoff'
    expect(read({ HANDOFF_STORE: store }).store).toBe(store)
    const message = faults({ HANDOFF_STORE: 'postgres://user:word@db:port/handoff' }).HANDOFF_STORE
    expect(message).toContain('none of')
    expect(message).not.toContain('word')
  })

  test.each([
    'app.example',
    'https://app.example/',
    'https://App.example',
    'https://app.example:443',
    'null',
    'https://*.example',
  ])('take no %j for an origin', (origin) =>
    expect(faults({ HANDOFF_CORS_ORIGINS: origin }).HANDOFF_CORS_ORIGINS).toBe(
      'is not a list of origins like https://app.example, or *',
    ),
  )

  test('let pages of any origin ask only who has a token', () => {
    expect(read({ HANDOFF_CORS_ORIGINS: '*' }).corsOrigins).toEqual(['*'])
    expect(faults({ HANDOFF_CORS_ORIGINS: '*', HANDOFF_AUTH: 'none' }).HANDOFF_CORS_ORIGINS).toContain('any page')
  })

  test.each(['127.0.0.1', '127.9.9.9', 'localhost', '::1', '[::1]'])('allow no authentication on %s, and warn', (host) => {
    expect(read({ HANDOFF_AUTH: 'none', HOST: host }).warnings[0]).toContain('whoever reaches this port')
  })

  test.each(['0.0.0.0', '::', '10.0.0.1', 'localhost.example', '127.0.0.1.example', ''])(
    'allow no authentication only on loopback, not on %j',
    (host) => {
      const issues = faults({ HANDOFF_AUTH: 'none', HOST: host })
      if (host === '') expect(issues).toEqual({})
      else expect(issues.HANDOFF_AUTH).toContain('loopback')
    },
  )

  test('warn of names that are no settings', () => {
    expect(read({ HANDOFF_AUHT: 'none' }).warnings).toEqual(['HANDOFF_AUHT is not a setting.'])
  })

  test('take the admin token from a file', () => {
    expect(read({ HANDOFF_ADMIN_TOKEN_FILE: 'token' }).adminToken).toBe('kept-in-a-file')
    expect(faults({ HANDOFF_ADMIN_TOKEN_FILE: 'nowhere' })).toEqual({ HANDOFF_ADMIN_TOKEN_FILE: 'cannot be read' })
  })

  test('take an IPv6 address with its brackets or without', () => {
    expect([read({ HOST: '::1' }).host, read({ HOST: '[::1]' }).host]).toEqual(['::1', '::1'])
  })
})

describe('the configuration file', () => {
  test('may be YAML, with secrets from the environment', () => {
    const { config } = read({ HANDOFF_CONFIG: 'handoff.yaml', EHR_TOKEN: 'abc' })
    expect(config.tenants).toEqual([{ name: 'north' }])
    expect(config.connections).toEqual([{ name: 'ehr', tenant: 'north', auth: { type: 'bearer', token: 'abc' } }])
  })

  test('may be JSON, with secrets from files', () => {
    expect(read({ HANDOFF_CONFIG: 'handoff.json' }).config.clients).toEqual([
      { client_id: 'billing', secret: 'from a file', tenant: 'default' },
    ])
  })

  test.each([
    ['broken', 'neither JSON nor YAML'],
    ['strange', 'clients: '],
    ['unset', 'NOT_SET is not set'],
    ['bomb', 'neither JSON nor YAML'],
  ])('%s is refused: %s', (file, message) => {
    const settings = readSettings({ HANDOFF_CONFIG: file }, readFile)
    expect(settings.ok).toBe(false)
    expect(settings.ok ? '' : settings.problem.issues.map((issue) => issue.message).join(' ')).toContain(message)
  })
})
