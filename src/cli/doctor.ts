/** `handoff doctor`: whether this machine and this configuration will do, before anything is started. */
import { createServer } from 'node:net'
import { type Command, reasonOf } from './command.ts'
import { configurationFault, settingsFor } from './settings.ts'

export const doctor: Command = {
  name: 'doctor',
  usage: 'handoff doctor',
  summary: 'Looks whether the settings, the store and the port can be used. Changes nothing but an empty store.',

  async run(_args, io) {
    const settings = await settingsFor(io)
    if (!settings) return configurationFault
    io.out('settings  fine')
    for (const warning of settings.warnings) io.out(`          but: ${warning}`)
    const checks = [
      await check('store', () => storeOpens(settings.store)),
      await check('port', () => portIsFree(settings.host, settings.port)),
      ...(settings.mllpPort === undefined ? [] : [await check('MLLP', () => portIsFree(settings.host, settings.mllpPort!))]),
    ]
    for (const { line } of checks) io.out(line)
    return checks.every(({ fine }) => fine) ? 0 : 1
  },
}

async function check(what: string, look: () => Promise<string>): Promise<{ readonly fine: boolean; readonly line: string }> {
  try {
    return { fine: true, line: `${what.padEnd(10)}${await look()}` }
  } catch (error) {
    return { fine: false, line: `${what.padEnd(10)}not usable: ${reasonOf(error)}` }
  }
}

async function storeOpens(url: string): Promise<string> {
  const { openStores } = await import('../store/stores.ts')
  const stores = await openStores(url, { clock: () => Date.now(), newEpoch: () => crypto.randomUUID() })
  const { sequence } = await (await stores.tenant('default')).look({ ask: 'now' })
  await stores.close()
  return `fine, ${sequence} commits so far`
}

function portIsFree(host: string, port: number): Promise<string> {
  return new Promise((fine, failed) => {
    const server = createServer()
    server.once('error', failed)
    server.listen(port, host, () => server.close(() => fine(`${port} is free`)))
  })
}
