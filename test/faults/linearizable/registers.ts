/** What a store of versioned resources has to answer if it does one thing after the other: the model that histories are checked against. */

/** The mark of each version of a resource, the first one first; '' for a deletion. */
type Register = readonly string[]

/** All registers by name; what is not in it never was. */
export type State = Readonly<Record<string, Register>>

/** One thing done to one resource. `mark` tells each write from all others. */
export type Part =
  | { readonly do: 'put' | 'patch'; readonly to: string; readonly mark: string; readonly ifMatch?: number }
  | { readonly do: 'delete'; readonly to: string; readonly ifMatch?: number }
  | { readonly do: 'read' | 'history' | 'look'; readonly to: string }
  /** Of resources that are known by an identifier alone: a conditional create, a search, a conditional delete. */
  | { readonly do: 'create'; readonly to: string; readonly mark: string }
  | { readonly do: 'find' | 'remove'; readonly to: string }

/** What was answered: one text for each part, or that a condition did not hold, and nothing was done. */
export type Answer = 'refused' | readonly string[]

interface Step {
  readonly register: Register
  readonly said: string
}

/** What a part does to its register, and what it answers; undefined where a condition does not hold. */
function stepOf(part: Part, register: Register): Step | undefined {
  const mark = register.at(-1) ?? ''
  const version = register.length
  const isThere = mark !== ''
  if ('ifMatch' in part && (!isThere || part.ifMatch !== version)) return undefined
  switch (part.do) {
    case 'put':
      return { register: [...register, part.mark], said: `${isThere ? 200 : 201} ${version + 1}` }
    case 'patch':
      return isThere ? { register: [...register, part.mark], said: `200 ${version + 1}` } : undefined
    case 'delete':
      return isThere ? { register: [...register, ''], said: `204 ${version + 1}` } : { register, said: '204' }
    case 'read':
      return { register, said: isThere ? `${version} ${mark}` : version === 0 ? 'never' : 'gone' }
    case 'look':
      return { register, said: isThere ? `${version} ${mark}` : '' }
    case 'history':
      return { register, said: version === 0 ? 'never' : register.join() }
    case 'create':
      return isThere ? { register, said: `200 ${mark}` } : { register: [...register, part.mark], said: `201 ${part.mark}` }
    case 'find':
      return { register, said: mark }
    case 'remove':
      return { register: isThere ? [...register, ''] : register, said: '204' }
  }
}

/** The state after all parts at once; undefined where this cannot have been the answer. Whatever was not answered may have been anything. */
export function after(state: State, parts: readonly Part[], answer: Answer | undefined): State | undefined {
  let next = state
  for (const [i, part] of parts.entries()) {
    const step = stepOf(part, next[part.to] ?? [])
    if (step === undefined) return answer === 'refused' ? state : undefined
    if (answer !== undefined && answer !== 'refused' && answer[i] !== step.said) return undefined
    next = { ...next, [part.to]: step.register }
  }
  return answer === 'refused' ? undefined : next
}
