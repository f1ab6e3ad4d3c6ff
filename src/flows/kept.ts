/** What FHIR has no place for, kept as records: JSON of one type, under a kind and a key. Only this house writes them: they are read as that type. */
import type { Forget, Remember } from '../store/change.ts'
import { ask, askAll, type Page, type Steps } from '../store/store.ts'

/** Records of a kind, each a T. Its steps run outside of a commit with `lookThrough`. */
export class Kept<T> {
  readonly kind: string

  constructor(kind: string) {
    this.kind = kind
  }

  *of(key: string): Steps<T | undefined> {
    const [value] = yield* this.ofEach([key])
    return value
  }

  /** In the order of the keys. */
  *ofEach(keys: readonly string[]): Steps<readonly (T | undefined)[]> {
    const texts = yield* askAll(keys.map((key) => ({ ask: 'record' as const, kind: this.kind, key })))
    return texts.map((text) => (text === undefined ? undefined : (JSON.parse(text) as T)))
  }

  /** So many, ordered by key. */
  *page(which: { readonly count: number; readonly after?: string }): Steps<Page<{ readonly key: string; readonly value: T }>> {
    const { items, ...page } = yield* ask({ ask: 'records', kind: this.kind, ...which })
    return { items: items.map(({ key, text }) => ({ key, value: JSON.parse(text) as T })), ...page }
  }

  /** `expires`: an instant, from which on it may be forgotten. */
  remember(key: string, value: T, expires?: string): Remember {
    return { change: 'remember', kind: this.kind, key, text: JSON.stringify(value), ...(expires !== undefined && { expires }) }
  }

  forget(key: string): Forget {
    return { change: 'forget', kind: this.kind, key }
  }
}
