/** Runs steps that only ask, outside of any commit. */
import type { Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'

export async function readOnly<T>(ctx: Context, plan: () => Steps<T>): Promise<T> {
  const steps = plan()
  let next = steps.next()
  while (!next.done) {
    if ('write' in next.value) throw new Error('a reading plan wrote')
    const answers: unknown[] = []
    for (const question of 'asks' in next.value ? next.value.asks : []) answers.push(await ctx.store.look(question))
    next = steps.next(answers)
  }
  return next.value
}
