/** The settings of a command, or all their faults on the error output. */
import type { Settings } from '../settings.ts'
import { isPostgres, postgresDriver } from '../store/postgres-driver.ts'
import type { Io } from './command.ts'

/** Exit code for a configuration that cannot be used (`EX_CONFIG` of sysexits.h). */
export const configurationFault = 78

export async function settingsFor(io: Io): Promise<Settings | undefined> {
  // Modules are loaded when they are needed: a help page should not wait for them.
  const { readSettings } = await import('../settings.ts')
  const settings = readSettings(io.env, io.readFile)
  if (settings.ok) {
    if (!isPostgres(settings.value.store) || (await postgresDriver())) return settings.value
    io.err('HANDOFF_STORE names PostgreSQL, for which a package is needed that does not come with this one: npm install pg@8')
    io.err('(npm install --global pg@8, where handoff was installed so.)')
    return undefined
  }
  io.err(settings.problem.detail)
  for (const { path, message } of settings.problem.issues) io.err(`  ${path} ${message}`)
  return undefined
}
