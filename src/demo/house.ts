/** The demo's house: the gateway on a fresh store, and an EHR, a payer, a hospital and an identity provider beside it, all on this machine alone. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Running, startNode } from '../node.ts'
import { type Environment, readSettings } from '../settings.ts'
import { daysBefore } from './days.ts'
import { type Fault, startSandbox } from './sandbox/fhir-server.ts'
import { startHospital } from './sandbox/hospital.ts'
import { type IdentityProvider, startIdentityProvider } from './sandbox/identity-provider.ts'
import { createIds, type Stage } from './stage.ts'
import { careTeam, jonahsStay, npi, rosasStay } from './story/people.ts'
import { callerOf, check } from './talk.ts'

interface House {
  readonly stage: Stage
  /** The gateway's last lines of log, oldest first. */
  readonly log: readonly string[]
  /** Closes everything, and removes what was stored. */
  close(): Promise<void>
}

const mostLogged = 200

/** Starts a gateway with these settings, none of them from the environment. Every line of its log is told to `write`. */
export type Start = (settings: Environment, write: (line: string) => void) => Promise<Pick<Running, 'url' | 'stop'>>

/** `port`: where the gateway should listen; if that is taken, anywhere that is free. `start`: a Node process by default. */
export async function openHouse(port: number, start: Start = startGateway): Promise<House> {
  /** Closed again, in the other order, if something cannot be opened. */
  await using opened = new AsyncDisposableStack()
  const log: string[] = []
  const folder = await mkdtemp(join(tmpdir(), 'warm-handoff-demo-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))

  const faults: Fault[] = []
  const own = { seen: 1000 }
  const ehr = await startSandbox({
    name: 'Northwind EHR',
    fault: ({ method }) => (method === 'POST' ? faults.shift() : undefined),
    // EHRs number what they keep.
    decorate: ({ identifier, ...resource }) => ({
      ...resource,
      identifier: [
        ...((identifier as object[] | undefined) ?? []),
        { system: 'urn:oid:2.16.840.1.113883.19.77', value: `NW${++own.seen}` },
      ],
    }),
  })
  opened.defer(ehr.close)
  const payer = await startSandbox({ name: 'Lakeshore Plan' })
  opened.defer(payer.close)
  const provider = await startIdentityProvider(careTeam)
  opened.defer(provider.close)

  // As in production; it writes nowhere but into the demo's own folder.
  const settings = {
    HOST: '127.0.0.1',
    PORT: String(port),
    HANDOFF_STORE: `sqlite:${folder}`,
    HANDOFF_AUTH: 'none',
    HANDOFF_CONFIG: JSON.stringify({ tenants: [{ name: 'default', signIn: signInBy(provider) }] }),
    HANDOFF_ALLOW_TARGETS: [ehr, payer, provider].map(({ target }) => target).join(','),
  }
  const gateway = await start(settings, (line) => {
    log.push(line.trimEnd())
    if (log.length > mostLogged) log.shift()
  })
  opened.defer(gateway.stop)

  const days = daysBefore(Date.now())
  const hospital = await startHospital({ gatewayUrl: gateway.url, stays: [rosasStay(days), jonahsStay(days)] })
  opened.defer(hospital.close)
  const stage: Stage = {
    gateway: callerOf(gateway.url),
    ehr,
    payer,
    hospital,
    days,
    ids: createIds(),
    spoilWrites: (...next) => void faults.push(...next),
  }
  const all = opened.move()
  return { stage, log, close: () => all.disposeAsync() }
}

/** Somebody of the care team is known by the number that Medicare knows them by. */
const signInBy = ({ issuer, clientId, clientSecret }: IdentityProvider) => ({
  ...{ issuer, clientId, clientSecret, claim: 'npi', identifierSystem: npi },
  roles: [{ scope: 'system/*.rs system/Task.u system/ServiceRequest.u system/Encounter.u' }],
})

const startGateway: Start = async (environment, write) => {
  // The configuration is no file here, but its text.
  const settings = readSettings(environment, (name) => (name === environment.HANDOFF_CONFIG ? name : undefined))
  check(settings.ok, 'The settings of the demo cannot be used.')
  const started = await startNode(settings.value, write).catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== 'EADDRINUSE' || environment.PORT === '0') throw error
    return undefined
  })
  if (!started) return startGateway({ ...environment, PORT: '0' }, write)
  check(started.ok, 'The gateway could not start.')
  return started.value
}
