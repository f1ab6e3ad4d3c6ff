/**
 * What plans have written and the database has not yet. A group's changes go there together, in few statements; before that only if
 * somebody asks for what they may have changed.
 */
import { valuesOf } from '../fhir/search/extract.ts'
import type { Filter, Query } from '../fhir/search/query.ts'
import type { Audit, Change, Delivery, Forget, Link, Message, Put, Reindex, Remember, Remove } from './change.ts'
import { type Commit, milliseconds } from './commit.ts'
import type { Ask, Page, Stored } from './store.ts'

/** A change, and the number of its commit. */
export interface Of<T> {
  readonly value: T
  readonly sequence: number
}

/** A line of the audit, and the instant of its commit, in milliseconds. */
export interface Line extends Of<Audit> {
  readonly at: number
}

export interface PendingVersion {
  change: Put | Remove
  readonly commit: Commit
  readonly row: number
  /** The row of the version whose place it takes: the same commit has written that already, and has thought again. */
  readonly replaces?: number
  /** The resource as it was, once it has been looked for. */
  before?: { readonly number: number; readonly current: number }
}

/** Pending versions of one type: whether some follow earlier ones, and what the resources can be found by, as far as it was asked. */
interface OfType {
  later: boolean
  readonly resources: object[]
  /** By parameter: the values of so many of the resources. */
  readonly values: Map<string, { read: number; readonly found: Set<string> }>
}

export class Pending {
  readonly commits: Commit[] = []
  readonly versions: PendingVersion[] = []
  readonly messages: Of<Message>[] = []
  readonly deliveries: Of<Delivery>[] = []
  readonly links: Of<Link>[] = []
  readonly records: Of<Remember | Forget>[] = []
  readonly lines: Line[] = []
  readonly reindexed: Reindex[] = []
  readonly #keys = new Set<string>()
  readonly #types = new Map<string, OfType>()
  /** By resource: its last version of this commit, be it pending or written. */
  readonly #last = new Map<string, PendingVersion>()
  /** A resource has more than one version here. */
  repeats = false

  get isEmpty(): boolean {
    return this.commits.length === 0 && this.#keys.size === 0 && this.lines.length === 0
  }

  note(change: Change, commit: Commit): void {
    const { sequence } = commit
    switch (change.change) {
      case 'put':
      case 'remove':
        commit.latest = Math.max(commit.latest, milliseconds(change.at))
        this.#noteVersion(change, commit)
        break
      case 'reindex':
        this.#addReindex(change)
        break
      case 'receive':
        this.#addMessage({ value: change.message, sequence })
        break
      case 'deliver':
        commit.delivers = true
        this.#addDelivery({ value: change.delivery, sequence })
        break
      case 'tie':
        this.#addLink({ value: change.link, sequence })
        break
      case 'remember':
      case 'forget':
        // How partners are spoken to has changed: there may be something to do.
        if (change.kind === 'connections') commit.delivers = true
        this.#addRecord({ value: change, sequence })
        break
      case 'audit':
        this.lines.push({ value: change, sequence, at: commit.at })
    }
  }

  /** Lines that come without anything else are of the commit before. */
  belongToLast(): void {
    for (const [i, line] of this.lines.entries()) this.lines[i] = { ...line, sequence: line.sequence - 1 }
  }

  /** Takes over what a plan has written, and with it the commit. */
  takeOver(own: Pending, commit: Commit): void {
    commit.latest = Math.max(commit.latest, commit.at, commit.counters.latest)
    if (commit.wrote) this.commits.push(commit)
    for (const version of own.versions) this.#addVersion(version)
    for (const change of own.reindexed) this.#addReindex(change)
    for (const message of own.messages) this.#addMessage(message)
    for (const delivery of own.deliveries) this.#addDelivery(delivery)
    for (const link of own.links) this.#addLink(link)
    for (const record of own.records) this.#addRecord(record)
    this.lines.push(...own.lines)
  }

  /** A commit that puts the same version again means the last of them. */
  #noteVersion(change: Put | Remove, commit: Commit): void {
    const key = `${change.type}/${change.id}`
    const last = this.#last.get(key)
    const again = last?.change.version === change.version
    if (again && this.versions.includes(last)) {
      last.change = change
      if (change.change === 'put') this.#ofType(change.type).resources.push(change.resource)
      return
    }
    const version = { change, commit, row: commit.counters.row++, ...(again && { replaces: last.row }) }
    this.#last.set(key, version)
    this.#addVersion(version)
  }

  has(type: string, id: string): boolean {
    return this.#keys.has(`resource ${type}/${id}`)
  }

  #addVersion(version: PendingVersion): void {
    const { change } = version
    const key = `resource ${change.type}/${change.id}`
    if (this.#keys.has(key)) this.repeats = true
    this.#keys.add(key)
    this.versions.push(version)
    const of = this.#ofType(change.type)
    of.later ||= change.version > 1 || version.replaces !== undefined
    if (change.change === 'put') of.resources.push(change.resource)
  }

  #ofType(type: string): OfType {
    const known = this.#types.get(type)
    if (known !== undefined) return known
    const made: OfType = { later: false, resources: [], values: new Map() }
    this.#types.set(type, made)
    return made
  }

  #addReindex(change: Reindex): void {
    this.reindexed.push(change)
    this.#keys.add(`reindex ${change.type}/${change.id}`)
  }

  #addMessage(message: Of<Message>): void {
    this.messages.push(message)
    this.#keys.add(`message id ${message.value.id}`).add(`message key ${message.value.key}`)
  }

  #addDelivery(delivery: Of<Delivery>): void {
    this.deliveries.push(delivery)
    this.#keys.add(`delivery ${delivery.value.id}`)
  }

  #addLink(link: Of<Link>): void {
    const { connection, type, id } = link.value
    this.links.push(link)
    this.#keys.add(`link ${connection} ${type}/${id}`)
  }

  #addRecord(record: Of<Remember | Forget>): void {
    this.records.push(record)
    this.#keys.add(`record ${record.value.kind} ${record.value.key}`)
  }

  /** Whether the answer may be another once this is written. */
  concerns(ask: Ask): boolean {
    switch (ask.ask) {
      case 'now':
        return false
      case 'resource':
      case 'version':
        return this.has(ask.type, ask.id)
      case 'writers':
        return ask.of.some(({ type, id }) => this.has(type, id))
      case 'message':
        return this.#keys.has('id' in ask ? `message id ${ask.id}` : `message key ${ask.key}`)
      case 'record':
        return this.#keys.has(`record ${ask.kind} ${ask.key}`)
      case 'delivery':
        return this.#keys.has(`delivery ${ask.id}`)
      case 'link':
        return this.#keys.has(`link ${ask.connection} ${ask.type}/${ask.id}`)
      case 'search':
        return this.#mayFit(ask.query, ask.after !== undefined)
      case 'audit':
      case 'auditCheck':
        return this.lines.length > 0
      default:
        return this.commits.length > 0 || this.#keys.size > 0
    }
  }

  /** Whether a page shows, or may have skipped, what is another by now. */
  isStale({ query }: Extract<Ask, { ask: 'search' }>, { items, next }: Page<Stored>): boolean {
    const of = this.#types.get(query.type)
    return of?.later === true && (next !== undefined || items.some(({ type, id }) => this.has(type, id)))
  }

  /** False only where a value that is asked for is nowhere in the pending resources of the type. */
  #mayFit({ type, filters, total }: Query, further: boolean): boolean {
    if (filters.some(looksElsewhere)) return this.versions.length > 0
    const of = this.#types.get(type)
    if (of === undefined) return false
    if (of.later && (further || total === 'accurate')) return true
    return !filters.some((filter) => {
      switch (filter.kind) {
        case 'id':
          return !filter.values.some((id) => this.has(type, id))
        case 'token':
          return !filter.values.some(({ code }) => code === undefined || valuesUnder(of, filter.param).has(code))
        case 'reference':
        case 'uri':
          return !filter.values.some((value) => valuesUnder(of, filter.param).has(value))
        default:
          return false
      }
    })
  }

  clear(): void {
    for (const list of [
      this.commits,
      this.versions,
      this.messages,
      this.deliveries,
      this.links,
      this.records,
      this.lines,
      this.reindexed,
    ])
      list.length = 0
    this.#keys.clear()
    this.#types.clear()
    this.repeats = false
  }
}

/** With a modifier or of one item, the parameter's values are among those of the whole one. */
function valuesUnder({ resources, values }: OfType, param: string): ReadonlySet<string> {
  const of = values.get(param) ?? { read: 0, found: new Set() }
  values.set(param, of)
  for (; of.read < resources.length; of.read++) for (const value of valuesOf(resources[of.read]!, param)) of.found.add(value)
  return of.found
}

/** What a filter finds hangs on resources of other types, too. */
function looksElsewhere(filter: Filter): boolean {
  switch (filter.kind) {
    case 'chain':
    case 'has':
      return true
    case 'any':
      return filter.of.some((all) => all.some(looksElsewhere))
    default:
      return false
  }
}
