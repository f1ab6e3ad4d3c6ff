/** What an acknowledgement repeats, or contradicts: a line as it was each time that its claim stood so. */
import type { ChargeItem } from '@medplum/fhirtypes'
import { type ClaimNews, sameClaim } from '../../billing/claim-news.ts'
import type { ClaimState } from '../../domain/claim-states.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { ServiceLine } from '../../domain/service-line.ts'
import { ask, type Steps, type Stored } from '../../store/store.ts'
import { storedValue } from '../next-version.ts'
import { readLine } from './lines.ts'

export function lineAt(version: Stored | undefined): ServiceLine | undefined {
  const item = storedValue<ChargeItem>(version)
  return item && readLine(item)
}

type Claimed = Parameters<typeof sameClaim>[0]

/** Once a claim has stood so, it has been told. `of`: the claim in a version of the line; `otherwise`: what is wrong where it never has. */
export function* toldBefore(
  id: string,
  state: ClaimState,
  news: ClaimNews,
  of: (line: ServiceLine) => Claimed | undefined,
  otherwise: Result<never>,
): Steps<Result<'repeated'>> {
  const { items } = yield* ask({ ask: 'history', type: 'ChargeItem', id, count: 100, visible: 'everything' })
  const before = items.flatMap((version) => {
    const line = lineAt(version)
    const claim = line && of(line)
    return claim?.state === state ? [claim] : []
  })
  if (before.some((claim) => sameClaim(claim, news))) return ok('repeated')
  return before.length > 0 ? fail('conflict', 'The line was told so otherwise: as another claim, version or sum.') : otherwise
}
