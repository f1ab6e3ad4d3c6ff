/** What the examples have in common. */
export interface Example {
  readonly collection: string
  /** Of the anchor. */
  readonly id: string
  /** As `POST /coordination/{collection}` takes it, with the state it has come to. */
  readonly value: Readonly<Record<string, unknown>>
}

export const rosa = 'cli-rosa-quintero'
export const loinc = 'http://loinc.org'

/** A concept that somebody put into words. */
export const say = (text: string) => ({ codings: [], text })
