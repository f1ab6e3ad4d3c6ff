/** Every command, in the order of the help page. */
import type { Command } from './command.ts'
import { demo } from './demo.ts'
import { doctor } from './doctor.ts'
import { serve } from './serve.ts'

export const commands: readonly Command[] = [serve, demo, doctor]
