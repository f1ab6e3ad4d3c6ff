/** Sinks made of others. */
import type { Sink } from './index-row.ts'

/** The same sink, under other names. */
export const renamed = (sink: Sink, name: (param: string) => string): Sink => ({
  token: (param, system, code) => sink.token(name(param), system, code),
  reference: (param, target) => sink.reference(name(param), target),
  string: (param, value, exact) => sink.string(name(param), value, exact),
  date: (param, lo, hi) => sink.date(name(param), lo, hi),
  number: (param, lo, hi) => sink.number(name(param), lo, hi),
  quantity: (param, lo, hi, system, code) => sink.quantity(name(param), lo, hi, system, code),
  uri: (param, value) => sink.uri(name(param), value),
  present: (param) => sink.present(name(param)),
})

export const nothing = (): void => {}

/** A sink for references alone. */
export const referenceSink = (take: (target: string, param: string) => void): Sink => ({
  token: nothing,
  reference: (param, target) => take(target, param),
  string: nothing,
  date: nothing,
  number: nothing,
  quantity: nothing,
  uri: nothing,
  present: nothing,
})
