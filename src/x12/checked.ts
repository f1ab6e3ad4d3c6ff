/** Values on their way into a claim: each is checked as it is asked for, and what is wrong is told together, by its place in the feed. */
import type { Lack } from '../domain/claim-lack.ts'
import { plainly, sayable } from './segment.ts'

interface Wanted {
  readonly most: number
  readonly least?: number
  readonly is?: (text: string) => boolean
}

/** `path`: the place in the feed (`client.family`). What cannot be said reads as the empty text, and stands among `lacks`. */
export class Checked {
  readonly lacks: Lack[] = []

  lack(code: Lack['code'], path: string): '' {
    this.lacks.push({ code, path })
    return ''
  }

  /** The value as a claim says it; empty where that is not possible. */
  must(path: string, value: string | undefined, wanted: Wanted): string {
    return this.may(path, value, wanted) || (plainly(value ?? '') === '' ? this.lack('missing', path) : '')
  }

  /** The same, where a claim may be without it. */
  may(path: string, value: string | undefined, { most, least = 1, is }: Wanted): string {
    const text = plainly(value ?? '')
    if (text === '') return ''
    if (!sayable(text)) return this.lack('character', path)
    if (text.length > most) return this.lack('too-long', path)
    if (text.length < least) return this.lack('too-short', path)
    return is && !is(text) ? this.lack('invalid', path) : text
  }
}
