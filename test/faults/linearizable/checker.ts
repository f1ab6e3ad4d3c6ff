/**
 * Could one thing after the other have been done, each between its question and its answer, so that all answers are right? After Wing and
 * Gong (https://doi.org/10.1006/jpdc.1993.1015), with the memory of Lowe (https://doi.org/10.1002/cpe.3928). Registers that no operation
 * touches together are looked at by themselves: histories of parts that are linearizable are so together.
 */
import { type Answer, after, type Part, type State } from './registers.ts'

export interface Operation {
  /** Places in the order of all questions and answers. */
  readonly asked: number
  /** Of an operation without an answer: when it was given up. It was done before that, or never. */
  readonly answered: number
  readonly parts: readonly Part[]
  readonly answer?: Answer
}

/** The registers whose history no order explains; none if all is well. */
export function unexplained(history: readonly Operation[]): readonly (readonly string[])[] {
  return apart(history)
    .filter(({ operations }) => !isExplained(operations))
    .map(({ registers }) => [...registers].sort())
}

interface Group {
  readonly registers: ReadonlySet<string>
  readonly operations: readonly Operation[]
}

function apart(history: readonly Operation[]): readonly Group[] {
  let groups: Group[] = []
  for (const operation of history) {
    const mine = new Set(operation.parts.map(({ to }) => to))
    const touched = groups.filter(({ registers }) => [...mine].some((one) => registers.has(one)))
    const joined = {
      registers: new Set([...mine, ...touched.flatMap(({ registers }) => [...registers])]),
      operations: [...touched.flatMap(({ operations }) => operations), operation],
    }
    groups = [...groups.filter((group) => !touched.includes(group)), joined]
  }
  return groups
}

function isExplained(operations: readonly Operation[]): boolean {
  const failed = new Set<string>()
  const search = (done: ReadonlySet<number>, lastAsked: number, state: State): boolean => {
    const left = operations.flatMap((operation, i) => (done.has(i) ? [] : [{ ...operation, i }]))
    const owed = left.filter(({ answer }) => answer !== undefined)
    if (owed.length === 0) return true
    const key = JSON.stringify([left.map(({ i }) => i), state])
    if (failed.has(key)) return false
    // Nothing comes before what was answered before it was asked for.
    const horizon = Math.min(...owed.map(({ answered }) => answered))
    for (const { i, asked, answered, parts, answer } of left) {
      if (asked > horizon || answered < lastAsked) continue
      const next = after(state, parts, answer)
      if (next && search(new Set([...done, i]), Math.max(lastAsked, asked), next)) return true
    }
    failed.add(key)
    return false
  }
  return search(new Set(), 0, {})
}
