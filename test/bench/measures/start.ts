/** From the start of the process, on a fresh store, until it says that it is ready. What Node compiled at an earlier start is there. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { built, freePort, startProcess } from '../../faults/process.ts'
import type { Row } from '../report.ts'

export async function start(): Promise<Row[]> {
  const values: number[] = []
  for (let pass = 0; pass < 7; pass++) {
    const folder = mkdtempSync(join(tmpdir(), 'handoff-start-'))
    const port = await freePort()
    const began = performance.now()
    const gateway = await startProcess(folder, port, {}, built)
    values.push(performance.now() - began)
    await gateway.stop()
    rmSync(folder, { recursive: true })
  }
  return [{ what: 'start until ready', unit: 'ms', values, beside: 'what it may take', limits: [500], n: 1 }]
}
