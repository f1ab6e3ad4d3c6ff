/** Steps that rest now and then, for everybody else to have their turn. */
export type Resting<T> = Generator<{ readonly rest: true }, T>

/** What steps come to that stop now and then, where nobody needs to have a turn in between. */
export function atOnce<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}
