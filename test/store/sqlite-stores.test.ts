/** A folder of stores: tenants apart, one process at a time, and nothing lost when it is killed. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStores, type Stores } from '../../src/store/stores.ts'
import { idsOf, morning, patient, query, save, search } from '../contract/store/support.ts'

let folder: string
let open: Stores[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'handoff-test-'))
  open = []
})
afterEach(async () => {
  for (const stores of open) await stores.close()
  rmSync(folder, { recursive: true, force: true })
})

const openHere = async (url = `sqlite:${folder}`): Promise<Stores> => {
  const stores = await openStores(url, { clock: () => morning, newEpoch: () => 'epoch' })
  open.push(stores)
  return stores
}

/** A process of its own that opens the folder, says so, and writes patients until it is killed; it prints the id of each one kept. */
function otherProcess(): { lines: AsyncIterableIterator<string>; kill: () => Promise<void> } {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, 'support/writes-until-killed.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    lines: createInterface(child.stdout)[Symbol.asyncIterator](),
    kill: () => {
      child.kill('SIGKILL')
      return ended
    },
  }
}

describe('a folder of stores', () => {
  test('that it makes is for its own user alone', async () => {
    const made = join(folder, 'a', 'b')
    await openHere(`sqlite:${made}`)
    expect([join(folder, 'a'), made].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700])
  })

  test('each tenant has a file of its own, beside the control store', async () => {
    const stores = await openHere()
    const [east, west] = [await stores.tenant('east'), await stores.tenant('west')]
    expect(await stores.tenant('east')).toBe(east)
    await save(east, patient('rosa'))
    expect(idsOf((await search(east, query('Patient'))).items)).toEqual(['rosa'])
    expect((await search(west, query('Patient'))).items).toEqual([])
    expect((await search(stores.control, query('Patient'))).items).toEqual([])
    expect(readdirSync(folder).filter((name) => name.endsWith('.sqlite'))).toEqual([
      'control.sqlite',
      'east.sqlite',
      'west.sqlite',
    ])
  })

  test.each(['', 'East', '../east', 'a/b', 'control', 'a'.repeat(41), 'a.b', 'a\n'])(
    '%j is no name of a tenant',
    async (name) => {
      const stores = await openHere()
      await expect(stores.tenant(name)).rejects.toThrow('not the name of a tenant')
    },
  )

  test('what is kept in memory is gone when it is closed, and leaves no file', async () => {
    const before = readdirSync(tmpdir())
    const stores = await openHere('sqlite::memory:')
    await save(await stores.tenant('east'), patient('rosa'))
    const made = readdirSync(tmpdir()).filter(
      (name) => !before.includes(name) && existsSync(join(tmpdir(), name, 'control.sqlite')),
    )
    expect(made.length).toBeGreaterThan(0)
    await stores.close()
    open = []
    expect(made.filter((name) => existsSync(join(tmpdir(), name, 'east.sqlite')))).toEqual([])
  })

  test('is open once: the second is refused, until the first has closed', async () => {
    const first = await openHere()
    await expect(openHere()).rejects.toThrow('another process has the store')
    await first.close()
    open = []
    await openHere()
  })

  test('another process is refused too, and one that is killed leaves no lock and no loss', async () => {
    const other = otherProcess()
    expect((await other.lines.next()).value).toBe('open')
    await expect(openHere()).rejects.toThrow('another process has the store')
    const kept: string[] = []
    for await (const id of other.lines) {
      kept.push(id)
      if (kept.length === 100) break
    }
    await other.kill()
    const store = await (await openHere()).tenant('east')
    const { items } = await search(store, query('Patient', [], { count: 100_000 }))
    expect(idsOf(items)).toEqual(expect.arrayContaining(kept))
    // Pairs are written together: half of one would be a commit half done.
    expect(items.length % 2).toBe(0)
    expect(items.every(({ version }) => version === 1)).toBe(true)
  })

  test.each(['mysql://x', 'sqlite:', 'data'])('%s names no folder', async (url) => {
    await expect(openHere(url)).rejects.toThrow('sqlite:<folder>')
  })
})
