/**
 * Lines of the feed as professional claims (X12 837P): the same versions, the same cursors. A claim is told whole, where the feed tells of
 * the last of its lines; a line whose claim lacks something is not told in X12, but what it lacks. Reading writes nothing but one line of
 * the audit, and the client's account of what is told by their consent.
 */

import { sha256, sha256Hex } from '../../digest.ts'
import type { BillingItem } from '../../domain/billing-item.ts'
import type { Lack } from '../../domain/claim-lack.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { lookThrough } from '../../store/store.ts'
import { type Candidate, type Claim, claimsOf, hasPayer } from '../../x12/claims.ts'
import { interchange } from '../../x12/interchange.ts'
import { nextClaimsOf } from '../../x12/next-payer.ts'
import { partiesOf } from '../../x12/parties.ts'
import { loopsOf } from '../../x12/professional-claim.ts'
import type { Context } from '../context.ts'
import { derivedId } from '../derived-id.ts'
import { allowed } from '../fhir/allowed.ts'
import { visible } from '../fhir/visible.ts'
import { inGroups } from '../in-groups.ts'
import { billingItems } from './billing-items.ts'
import { accountFor, untellable } from './claim-consent.ts'
import { type HeldLine, readLines } from './lines.ts'
import { auditPull, pageOfFeed } from './pull-billing.ts'
import { linesBeside, sourceOf } from './recheck.ts'

/** Why a line that was asked for needs no claim now. Stable. */
type PassedCode =
  /** A later version has taken its place, or it has been billed. */
  | 'overtaken'
  /** Another line answers for it. */
  | 'corrected'
  /** It was taken back before any claim went out, or after the claim was rejected. */
  | 'never-claimed'
  /** Nobody to send a claim to: self-pay, a sliding fee, a grant; nobody who pays next. */
  | 'no-payer'
  /** Its claim is told with a line that comes later in the feed. */
  | 'later'
  /** It is held, or billed already. */
  | 'not-ready'

interface Version {
  readonly line: string
  readonly version: number
}

interface ClaimsPage {
  /** One interchange; absent where there is no claim to tell. */
  readonly x12?: string
  readonly claims: readonly {
    readonly claim: string
    readonly frequency: Claim['frequency']
    readonly lines: readonly Version[]
  }[]
  readonly left: readonly (Version & Lack)[]
  readonly passed: readonly (Version & { readonly code: PassedCode })[]
  /** Where to go on; absent where lines were named. */
  readonly next?: string
}

/** `toNext`: whoever pays next is told what their payer has decided. */
type ClaimsAsked =
  | { readonly lines: readonly string[]; readonly toNext?: boolean }
  | { readonly limit: number; readonly after?: string }

/** A page of the feed, or lines by their ids. Problems: those of the feed. */
export async function pullClaims(ctx: Context, asked: ClaimsAsked): Promise<Result<ClaimsPage>> {
  const page = 'lines' in asked ? await namedLines(ctx, asked.lines) : await pageOfFeed(ctx, asked)
  if (!page.ok) return page
  const { lines, next } = page.value
  const toNext = 'lines' in asked && asked.toNext === true
  const told = await claimsAround(ctx, lines, toNext)
  const looked = lines.map(({ id, stored }) => ({ line: id, version: stored.version }))
  const audited = await auditPull(ctx, 'pull-claims', [...looked, ...told.claims.flatMap((claim) => claim.lines)])
  if (!audited.ok) return audited
  const drafts = await inGroups(ctx, told.claims, (claim) => {
    const number = numberOf(claim)
    return { claim, number, loops: loopsOf(claim, number) }
  })
  const whole = drafts.filter(({ loops }) => loops.lacks.length === 0)
  const x12 = whole.length === 0 ? ok(undefined) : written(ctx, whole)
  if (!x12.ok) return x12
  const entered = await accountFor(
    ctx,
    whole.map(({ claim }) => claim),
    told.around,
  )
  if (!entered.ok) return entered
  return ok({
    ...(x12.value !== undefined && { x12: x12.value }),
    claims: whole.map(({ claim, number }) => ({ claim: number, frequency: claim.frequency, lines: claim.lines.map(versionOf) })),
    left: drafts.flatMap(({ claim, loops }) => claim.told.flatMap((item) => lacksOf(item, loops.lacks))),
    passed: told.passed,
    ...(next !== undefined && { next }),
  })
}

const versionOf = ({ line, version }: BillingItem): Version => ({ line, version })

/** Those of the claim and its own; of a claim that goes without it only that. */
function lacksOf(item: BillingItem, lacks: readonly (Lack & { readonly line?: string })[]): readonly (Version & Lack)[] {
  const own = lacks.filter(({ line = item.line }) => line === item.line)
  const told: readonly Lack[] = own.length > 0 || lacks.length === 0 ? own : [{ code: 'beside', path: lacks[0]!.path }]
  return told.map(({ code, path }) => ({ ...versionOf(item), code, path }))
}

/** 20 characters (CLM01): another number whenever it says otherwise. */
const numberOf = ({ frequency, original = '', lines }: Claim): string =>
  derivedId(
    '',
    frequency,
    original,
    ...(lines[0]?.decisions ?? []).map(({ coverageId }) => coverageId),
    ...lines.map(({ line, version }) => `${line}/${version}`),
  ).slice(1, 21)

type Whole = readonly { readonly claim: Claim; readonly number: string; readonly loops: ReturnType<typeof loopsOf> }[]

function written(ctx: Context, whole: Whole): Result<string> {
  const parties = partiesOf(
    whole.map(({ claim }) => claim),
    ctx.settings.claims,
  )
  if (!parties.ok) return parties
  const says = JSON.stringify([parties.value, whole.map(({ number, loops }) => [number, loops])])
  const [a, b, c, d] = sha256(says) as unknown as readonly [number, number, number, number]
  return ok(
    interchange(
      whole.map(({ loops }) => loops),
      {
        parties: parties.value,
        at: whole
          .flatMap(({ claim }) => claim.lines.map(({ at }) => at))
          .sort()
          .at(-1)!,
        control: ((((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % 999_999_999) + 1,
        reference: sha256Hex(says).slice(0, 30).toUpperCase(),
      },
    ),
  )
}

interface Told {
  readonly claims: readonly Claim[]
  readonly passed: ClaimsPage['passed']
  readonly around: ReadonlyMap<string, HeldLine>
}

/** The claims that end with one of these lines, and why other lines have none. */
async function claimsAround(ctx: Context, asked: readonly HeldLine[], toNext: boolean): Promise<Told> {
  const around = await beside(ctx, asked)
  const items = await billingItems(ctx, [...around.values()])
  const current = new Map(items.map((item) => [item.line, item]))
  const candidates = [...around.values()].map(
    ({ id, value, stored }): Candidate => ({
      ...{ item: current.get(id)!, place: stored.sequence },
      ...(value.claimRef !== undefined && { claim: value.claimRef }),
    }),
  )
  const ofEncounters = Map.groupBy(candidates, ({ item }) => encounterOf(around.get(item.line)!))
  const all = [...ofEncounters.values()].flatMap(toNext ? nextClaimsOf : claimsOf)
  const last = new Set(asked.map(({ stored }) => stored.sequence))
  const due = all.filter(({ place }) => last.has(place)).toSorted((a, b) => a.place - b.place)
  const claims = await inGroups(ctx, due, async (claim) => ({
    ...claim,
    lacks: [...claim.lacks, ...(await untellable(ctx, claim, around))],
  }))
  const within = new Set(claims.flatMap(({ told }) => told.map(({ line, version }) => `${line}/${version}`)))
  const passed = asked.flatMap(({ id, stored }) => {
    const { version } = stored
    if (within.has(`${id}/${version}`)) return []
    const isLater = all.some((claim) => claim.told.some((item) => item.line === id && item.version === version))
    return [{ line: id, version, code: isLater ? 'later' : toNext ? 'no-payer' : passedCode(current.get(id), version) }]
  })
  return { claims, passed, around }
}

function passedCode(item: BillingItem | undefined, version: number): PassedCode {
  if (item?.version !== version) return 'overtaken'
  if (item.state === 'corrected') return 'corrected'
  if (!hasPayer(item)) return 'no-payer'
  return item.state === 'void' ? 'never-claimed' : 'not-ready'
}

const encounterOf = ({ id, value }: HeldLine): string => sourceOf(value) ?? id

/** All lines of their sessions and months as they stand, as far as the caller may see them. */
async function beside(ctx: Context, asked: readonly HeldLine[]): Promise<ReadonlyMap<string, HeldLine>> {
  const ones = [...Map.groupBy(asked, encounterOf).values()].map(([one]) => one!)
  const found = await inGroups(ctx, ones, ({ id, value }) =>
    sourceOf(value) ? lookThrough(ctx.store, linesBeside(value)) : current(ctx, id),
  )
  return new Map(found.flat().flatMap((line) => (visible(ctx, line.stored) ? [[line.id, line]] : [])))
}

async function current(ctx: Context, id: string): Promise<readonly HeldLine[]> {
  const stored = await ctx.store.look({ ask: 'resource', type: 'ChargeItem', id })
  return stored ? readLines([stored]) : []
}

/** Lines by their ids, as they stand. Fails `not-found` where one of them is not there for the caller. */
async function namedLines(ctx: Context, ids: readonly string[]): Promise<Result<{ lines: readonly HeldLine[]; next?: string }>> {
  const may = allowed(ctx, 'search-type', 'ChargeItem')
  if (!may.ok) return may
  const found = await Promise.all(ids.map((id) => current(ctx, id)))
  const lines = found.flat().filter(({ stored }) => visible(ctx, stored))
  if (lines.length === ids.length) return ok({ lines })
  return fail('not-found', 'There is no such line.', { issues: [{ path: 'lines', message: 'names a line that is not here' }] })
}
