/** The demo's house: the gateway on a fresh store, and an EHR, a payer and a hospital beside it, all on this machine alone. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Running, startNode } from '../node.ts'
import { readSettings } from '../settings.ts'
import { daysBefore } from './days.ts'
import { type Fault, type SandboxServer, startSandbox } from './sandbox/fhir-server.ts'
import { startHospital } from './sandbox/hospital.ts'
import { createIds, type Stage } from './stage.ts'
import { jonahsStay, rosasStay } from './story/people.ts'
import { callerOf, check } from './talk.ts'

export interface House {
  readonly stage: Stage
  /** The gateway's last lines of log, oldest first. */
  readonly log: readonly string[]
  /** Closes everything, and removes what was stored. */
  close(): Promise<void>
}

const mostLogged = 200

/** `port`: where the gateway should listen; if that is taken, anywhere that is free. */
export async function openHouse(port: number): Promise<House> {
  const opened: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const end of opened.splice(0).reverse()) await end()
  }
  try {
    return await open(port, opened, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function open(port: number, opened: (() => Promise<unknown>)[], close: () => Promise<void>): Promise<House> {
  const log: string[] = []
  const folder = await mkdtemp(join(tmpdir(), 'warm-handoff-demo-'))
  opened.push(() => rm(folder, { recursive: true, force: true }))

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
  opened.push(ehr.close)
  const payer = await startSandbox({ name: 'Lakeshore Plan' })
  opened.push(payer.close)

  const gateway = await startGateway(folder, port, [ehr, payer], (line) => {
    log.push(line.trimEnd())
    if (log.length > mostLogged) log.shift()
  })
  opened.push(gateway.stop)

  const days = daysBefore(Date.now())
  const hospital = await startHospital({ gatewayUrl: gateway.url, stays: [rosasStay(days), jonahsStay(days)] })
  opened.push(hospital.close)
  const stage: Stage = {
    gateway: callerOf(gateway.url),
    ehr,
    payer,
    hospital,
    days,
    ids: createIds(),
    spoilWrites: (...next) => void faults.push(...next),
  }
  return { stage, log, close }
}

/** Started as in production, with settings, none of them from the environment: the demo writes nowhere but into its own folder. */
async function startGateway(
  folder: string,
  port: number,
  partners: readonly SandboxServer[],
  write: (line: string) => void,
): Promise<Running> {
  const settings = readSettings({
    HOST: '127.0.0.1',
    PORT: String(port),
    HANDOFF_STORE: `sqlite:${folder}`,
    HANDOFF_AUTH: 'none',
    HANDOFF_ALLOW_TARGETS: partners.map(({ target }) => target).join(','),
  })
  check(settings.ok, 'The settings of the demo cannot be used.')
  const started = await startNode(settings.value, write).catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== 'EADDRINUSE' || port === 0) throw error
    return undefined
  })
  if (!started) return startGateway(folder, 0, partners, write)
  check(started.ok, 'The gateway could not start.')
  return started.value
}
