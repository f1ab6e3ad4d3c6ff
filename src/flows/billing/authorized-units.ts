/** Units that payers have granted to a client, and how many of them lines have used. */
import type { Claim, ClaimResponse } from '@medplum/fhirtypes'
import mapping from '../../../mappings/authorization.claim.ts'
import type { AuthorizationFact } from '../../billing/facts.ts'
import type { Authorization, AuthorizationItem } from '../../domain/authorization.ts'
import { decidedState, grantOf } from '../../domain/authorization-units.ts'
import { unitsUsed } from '../../domain/service-line.ts'
import type { Steps } from '../../store/store.ts'
import { storedValue } from '../next-version.ts'
import { allOf, hasToken, patientIs } from '../questions.ts'
import { type HeldLine, linesBetween } from './lines.ts'

const preauthorization = hasToken('use', { code: 'preauthorization' })

/** What is granted to a client, less what other lines have used. */
export function* authorizationsFor(clientId: string, isOther: (line: HeldLine) => boolean): Steps<readonly AuthorizationFact[]> {
  const claims = yield* allOf('Claim', patientIs(clientId), preauthorization)
  if (claims.length === 0) return []
  const answers = yield* allOf('ClaimResponse', patientIs(clientId), preauthorization)
  const newest = new Map(
    answers
      .map((stored) => ({ stored, value: storedValue<ClaimResponse>(stored)! }))
      .toSorted((a, b) => a.stored.sequence - b.stored.sequence)
      .map(({ value }) => [value.request?.reference, value]),
  )
  const found = claims.flatMap(({ id, ...stored }) => {
    const ClaimResponse = newest.get(`Claim/${id}`)
    const reading = mapping.read({ Claim: storedValue<Claim>({ id, ...stored })!, ...(ClaimResponse && { ClaimResponse }) })
    return reading.ok ? [{ id, value: { ...reading.value, state: decidedState(reading.value) } }] : []
  })
  const lines = yield* linesUnder(found.map(({ value }) => value))
  const others = lines.filter(isOther)
  return found.flatMap(({ id, value }) => {
    const used = usedOf(id, value, others)
    return value.items.flatMap((item): AuthorizationFact[] => {
      const grant = grantOf(value, item)
      if (!grant) return []
      const { units, period } = grant
      const unitsLeft = Math.max(0, units - used(item))
      return [
        {
          id,
          coverageId: value.coverageId,
          code: item.code,
          sequence: item.sequence,
          start: period?.start,
          end: period?.end,
          unitsLeft,
        },
      ]
    })
  })
}

/** A client's lines of all the days on which something is granted. */
export function* linesUnder(authorizations: readonly Authorization[]): Steps<readonly HeldLine[]> {
  const [clientId] = authorizations.map((one) => one.clientId)
  const periods = authorizations.flatMap((one) => one.items.flatMap((item) => grantOf(one, item) ?? []))
  if (clientId === undefined || periods.length === 0) return []
  const from = periods.map(({ period }) => period?.start?.slice(0, 10) ?? '1900-01-01').toSorted()[0]!
  const to = periods
    .map(({ period }) => period?.end?.slice(0, 10) ?? '9999-12-31')
    .toSorted()
    .at(-1)!
  return yield* linesBetween(clientId, from, to)
}

/** Units used of each item, where lines name it. Of items with one code that they do not, the first is used up before the next. */
export function usedOf(
  id: string,
  authorization: Authorization,
  lines: readonly HeldLine[],
): (item: AuthorizationItem) => number {
  const left = new Map<string, number>()
  const named = new Map<number | undefined, number>()
  const sequences = new Set(authorization.items.map(({ sequence }) => sequence))
  for (const { value } of lines.filter((line) => line.value.authorizationId === id)) {
    const { authorizationItem: item, code } = value
    if (item !== undefined && sequences.has(item)) named.set(item, (named.get(item) ?? 0) + unitsUsed(value))
    else left.set(code, (left.get(code) ?? 0) + unitsUsed(value))
  }
  const used = new Map<number, number>()
  for (const item of authorization.items) {
    const open = left.get(item.code) ?? 0
    const isLast = authorization.items.findLast(({ code }) => code === item.code) === item
    const own = named.get(item.sequence) ?? 0
    const here = isLast ? open : Math.min(open, Math.max(0, (grantOf(authorization, item)?.units ?? 0) - own))
    used.set(item.sequence, own + here)
    left.set(item.code, open - here)
  }
  return ({ sequence }) => used.get(sequence) ?? 0
}
