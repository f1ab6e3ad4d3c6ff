/** Service lines in the store: found, read, and written back. */
import type { ChargeItem, Resource } from '@medplum/fhirtypes'
import mapping, { chargeLine } from '../../../mappings/service-line.charge-item.ts'
import type { LineMove, StandingLine } from '../../billing/reconcile.ts'
import { dayMs } from '../../domain/calendar.ts'
import type { ServiceLine } from '../../domain/service-line.ts'
import { guardOf } from '../../fhir/search/labels.ts'
import type { Filter } from '../../fhir/search/query.ts'
import type { Put } from '../../store/change.ts'
import { askAll, type Steps, type Stored } from '../../store/store.ts'
import { derivedId } from '../derived-id.ts'
import { nextOf, storedValue } from '../next-version.ts'
import { allOf, askEach, patientIs, pointsAt } from '../questions.ts'
import { readAs } from '../read-as.ts'

export interface HeldLine extends StandingLine {
  readonly stored: Stored
  readonly resource: ChargeItem
}

/** ChargeItems that this gateway made: others may have theirs here, too. */
export const isOurLine = (resource: Resource): boolean =>
  resource.resourceType === 'ChargeItem' && (resource.extension ?? []).some((one) => one?.url === chargeLine)

export function* linesWhere(...filters: readonly Filter[]): Steps<readonly HeldLine[]> {
  return readLines(yield* allOf('ChargeItem', ...filters))
}

export const linesOfSession = (sessionId: string): Steps<readonly HeldLine[]> =>
  linesWhere(pointsAt('context', `Encounter/${sessionId}`))

export const linesOfBundle = (id: string): Steps<readonly HeldLine[]> => linesWhere(pointsAt('account', `Account/${id}`))

/** The id of a month's count. `by`: the organization that bills it, where that is known. */
export const bundleIdOf = (clientId: string, month: string, code: string, by: string | undefined): string =>
  derivedId('mbn', clientId, month, code, ...(by === undefined ? [] : [by]))

/** Those of ours that can be read. */
export function readLines(stored: readonly Stored[]): readonly HeldLine[] {
  return stored.flatMap((one): HeldLine[] => {
    const resource = storedValue<ChargeItem>(one)
    const value = resource && readLine(resource)
    return value ? [{ id: one.id, value, stored: one, resource }] : []
  })
}

/** A line of ours; undefined where it is somebody else's, or cannot be read. */
export const readLine = (resource: ChargeItem): ServiceLine | undefined =>
  isOurLine(resource) ? readAs(mapping, resource) : undefined

/** New versions for the moves that change something. Ids follow from the session, so that a plan run again makes the same ones. */
export function* putsFor(
  sessionId: string,
  standing: readonly HeldLine[],
  moves: readonly LineMove[],
  at: string,
): Steps<readonly Put[]> {
  let made = standing.length
  const wanted = moves.map(({ id, value }) => ({ id: id ?? derivedId('chg', sessionId, String(made++)), value }))
  const current = yield* askAll(wanted.map(({ id }) => ({ ask: 'resource' as const, type: 'ChargeItem', id })))
  const puts: Put[] = []
  for (const [i, { id, value }] of wanted.entries()) {
    const held = standing.find((one) => one.id === id)
    const { ChargeItem } = mapping.write(yield* namingTheOpen(value), held && { ChargeItem: held.resource })
    if (ChargeItem !== held?.resource) puts.push(nextOf(ChargeItem, id, current[i], at))
  }
  return puts
}

/** It is held by lines that are more protected than itself, too, and does not name them: whoever sees it may not see those. */
function* namingTheOpen(line: ServiceLine): Steps<ServiceLine> {
  const { conflictingLines: ids } = line
  if (ids.length === 0) return line
  const own = guardOf(mapping.write(line).ChargeItem)
  const others = yield* askEach('ChargeItem', ids)
  const isOpen = (other: ChargeItem | undefined): boolean => other === undefined || guardOf(other) <= own
  return { ...line, conflictingLines: ids.filter((_, i) => isOpen(storedValue<ChargeItem>(others[i]))) }
}

/** By a parameter of days: the index has them in UTC, so a day more on either side. */
export const between = (param: string, from: string, to: string): readonly Filter[] => {
  const [lo, hi] = [Date.parse(from) - dayMs, Date.parse(to) + 2 * dayMs]
  return [
    { kind: 'date', param, values: [{ prefix: 'ge', lo, hi: lo }] },
    { kind: 'date', param, values: [{ prefix: 'le', lo: hi, hi }] },
  ]
}

/** Lines of a client's services between two days, both included. */
export function* linesBetween(clientId: string, from: string, to: string): Steps<readonly HeldLine[]> {
  if (Number.isNaN(Date.parse(from)) || Number.isNaN(Date.parse(to))) return []
  const found = yield* linesWhere(patientIs(clientId), ...between('occurrence', from, to))
  return found.filter(({ value: { serviceFrom } }) => serviceFrom !== undefined && from <= serviceFrom && serviceFrom <= to)
}
