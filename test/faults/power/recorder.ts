/** The gateway under `recorder.c`: what it wrote, synced and answered, in order; and a disk that is as bad as it is told to be. */
import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, type Gateway, startProcess } from '../process.ts'

/** It is a library for the loader of Linux, and made by the machine's compiler. */
export const canRecord = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0

/** One thing that happened. `at`: an offset, a size, or the ticket of a sync, by its kind. */
export interface Step {
  readonly kind: 'create' | 'write' | 'truncate' | 'unlink' | 'rename' | 'sync-begins' | 'sync-ends' | 'answer'
  /** Beneath the recorded folder; empty for an answer. */
  readonly path: string
  readonly at: number
  readonly bytes: Buffer
}

const kinds: Readonly<Record<string, Step['kind']>> = {
  C: 'create',
  W: 'write',
  T: 'truncate',
  U: 'unlink',
  R: 'rename',
  F: 'sync-begins',
  S: 'sync-ends',
  A: 'answer',
}

/** Ways of going wrong: see the enumeration of recorder.c. */
const orders = {
  ...{ nothing: 0, full: 1, 'bad writes': 2, 'bad syncs': 3 },
  ...{ 'kill before an answer': 4, 'kill before a write': 5, 'kill before a sync': 6 },
} as const

export interface Recorded {
  /** Was there before the gateway came. */
  readonly root: string
  readonly gateway: Gateway
  readonly mllpPort: number
  /** From now on, after it went well so many times more, until it is told otherwise. */
  order(what: keyof typeof orders, after?: number): void
  /** The same folder again, after the process has ended. */
  again(): Promise<Recorded>
  steps(): readonly Step[]
  /** Ends the process, if it lives, and removes all of it. */
  remove(): Promise<void>
}

/** @param log whether steps are noted; `allowed`: whom it may call, as `host:port` */
export async function record({ log, allowed = '127.0.0.1:9' }: { log: boolean; allowed?: string }): Promise<Recorded> {
  const home = mkdtempSync(join(tmpdir(), 'handoff-power-'))
  const library = join(home, 'recorder.so')
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, join(import.meta.dirname, 'recorder.c'), '-ldl', '-lpthread'])
  const root = join(home, 'disk')
  mkdirSync(root)
  const file = join(home, 'log')
  const told = join(home, 'orders')
  writeFileSync(told, new Uint32Array(3))
  const start = async (): Promise<Recorded> => {
    const mllpPort = await freePort()
    const gateway = await startProcess(join(root, 'new', 'store'), await freePort(), {
      LD_PRELOAD: library,
      POWER_FOLDER: root,
      POWER_ORDERS: told,
      ...(log && { POWER_LOG: file }),
      HANDOFF_MLLP_PORT: String(mllpPort),
      HANDOFF_ALLOW_TARGETS: allowed,
    })
    return {
      root,
      gateway,
      mllpPort,
      order(what, after = 0) {
        const open = openSync(told, 'r+')
        writeSync(open, new Uint32Array([0, after, 0]), 0, 12, 0)
        writeSync(open, new Uint32Array([orders[what]]), 0, 4, 0)
        closeSync(open)
      },
      again: start,
      steps: () => read(readFileSync(file), root),
      async remove() {
        await gateway.kill()
        rmSync(home, { recursive: true, force: true })
      },
    }
  }
  return start()
}

function read(log: Buffer, root: string): readonly Step[] {
  const steps: Step[] = []
  for (let place = 0; place < log.length; ) {
    const from = place + 24
    const [path, end] = [from + log.readUInt32LE(place + 4), from + log.readUInt32LE(place + 4) + log.readUInt32LE(place + 8)]
    const kind = kinds[String.fromCharCode(log.readUInt32LE(place))]
    if (kind === undefined) throw new Error('not a step')
    steps.push({
      kind,
      path: log.toString('utf8', from, path).slice(root.length + 1),
      at: Number(log.readBigUInt64LE(place + 16)),
      bytes: log.subarray(path, end),
    })
    place = end
  }
  return steps
}
