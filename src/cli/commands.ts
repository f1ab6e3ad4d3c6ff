/** Every command, in the order of the help page. */
import { backup } from './backup.ts'
import { clients } from './clients.ts'
import type { Command } from './command.ts'
import { connections } from './connections.ts'
import { deliveries } from './deliveries.ts'
import { demo } from './demo.ts'
import { doctor } from './doctor.ts'
import { edits } from './edits.ts'
import { exportCommand } from './export.ts'
import { importCommand } from './import.ts'
import { map } from './map.ts'
import { packages } from './packages.ts'
import { replay } from './replay.ts'
import { serve } from './serve.ts'
import { validate } from './validate.ts'

export const commands: readonly Command[] = [
  serve,
  demo,
  doctor,
  connections,
  clients,
  edits,
  deliveries,
  replay,
  validate,
  map,
  packages,
  importCommand,
  exportCommand,
  backup,
]
