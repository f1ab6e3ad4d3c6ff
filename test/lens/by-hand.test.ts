/** Mappings, and functions written by hand for the very same task: whatever partners send, both come to the same. */
import { test } from 'vitest'
import { check } from '../bench/by-hand/agree.ts'
import { tasks } from '../bench/by-hand/tasks.ts'

test.each(tasks)('$name: read, written afresh and onto what stands there, as by hand', (task) => check(task, 50))
