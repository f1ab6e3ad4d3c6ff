/** The story, act by act. To add a step: say it in its act's file. */
import type { Act } from '../stage.ts'
import { opening } from './connections.ts'
import { discharge } from './discharge.ts'
import { opened } from './follow-ups.ts'

export const story: readonly Act[] = [opening, { ...discharge, steps: [...discharge.steps, opened] }]
