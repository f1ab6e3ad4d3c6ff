/**
 * A pack for the care conference: the plan, and what there is of its client, as slides made from the records as they stand, kept as a
 * document with its bytes and hash. What the caller may not see is not in it, and what is near to psychotherapy notes never is.
 */
import { z } from 'zod'
import { deckOf, pptx } from '../../documents/slides.ts'
import type { Assessment } from '../../domain/assessment.ts'
import { localDate } from '../../domain/calendar.ts'
import { type CareTeam, isPresent } from '../../domain/care-team.ts'
import type { CrisisEvent } from '../../domain/crisis.ts'
import { documentAuthors } from '../../domain/document.ts'
import type { FollowUpObligation } from '../../domain/follow-up.ts'
import type { Goal } from '../../domain/goal.ts'
import { type Ref, RefTo } from '../../domain/kernel.ts'
import { type Labelled, labelsOf } from '../../domain/labels.ts'
import { loinc } from '../../domain/loinc.ts'
import type { Need } from '../../domain/need.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { ProgressMeasure } from '../../domain/progress.ts'
import type { Referral } from '../../domain/referral.ts'
import type { SafetyPlan } from '../../domain/safety-plan.ts'
import { namedType } from '../../fhir/reference.ts'
import { type Context, nowOf } from '../context.ts'
import { listMembers } from '../coordination/list.ts'
import { createMember } from '../coordination/members.ts'
import type { Answer } from '../coordination/record.ts'
import { calledAt } from '../look-up.ts'
import { referenceTo } from '../references.ts'
import { type Conference, conferencePages } from './conference-pages.ts'

const Asked = z.strictObject({ author: RefTo('Practitioner', 'PractitionerRole', 'Organization').optional() })

type Told = { readonly id: string; readonly state?: string } & Labelled

/** What the collections hold that it is made from. */
interface Kinds {
  readonly needs: Need
  readonly goals: Goal
  readonly progress: ProgressMeasure
  readonly 'care-teams': CareTeam
  readonly 'follow-ups': FollowUpObligation
  readonly referrals: Referral
  readonly crises: CrisisEvent
  readonly assessments: Assessment
  readonly 'safety-plans': SafetyPlan
}

/** Very restricted, or labelled as psychotherapy notes: not for a conference. */
const isForTeam = ({ confidentiality, sensitivity = [], legalBasis = [] }: Partial<Labelled>): boolean =>
  confidentiality !== 'V' && !sensitivity.includes('PSYTHPN') && !legalBasis.includes('HIPAAPsyNotes')

const most = 200

/** Members of a collection that belong to the client, as far as this caller may see them; `isWhole`: that is all there are. */
async function all<N extends keyof Kinds>(
  ctx: Context,
  name: N,
  client: string,
): Promise<{ readonly members: readonly (Kinds[N] & Told)[]; readonly isWhole: boolean }> {
  const page = await listMembers(ctx, name, { client, limit: most })
  const records = page.ok ? page.value.items.map(({ record }) => record as unknown as Kinds[N] & Told) : []
  const members = records.filter(isForTeam)
  const isWhole = page.ok && page.value.next === null && members.length === records.length
  return { members: members.filter(({ state }) => state !== 'entered-in-error'), isWhole }
}

const of = async <N extends keyof Kinds>(ctx: Context, name: N, client: string): Promise<readonly (Kinds[N] & Told)[]> =>
  (await all(ctx, name, client)).members

/** The plan's author, where documents may have such a one: a team writes none. */
function authorOf(plan: Conference['plan']): Ref {
  const author: Ref | undefined = plan.author
  if (author === undefined) return ourselves
  const type = 'id' in author ? author.type : (author.external.resourceType ?? namedType(author.external.url ?? ''))
  return type === undefined || documentAuthors.some((one) => one === type) ? author : ourselves
}
const ourselves: Ref = { external: { display: 'Warm Handoff' } }

/** The document that the pack is kept as, and how many slides it has. */
export async function makeConferencePack(
  ctx: Context,
  id: string,
  body: unknown,
): Promise<Result<Answer & { readonly slides: number }>> {
  const asked = Asked.safeParse(body)
  if (!asked.success)
    return fail('invalid', 'A pack is asked for with nothing but its author.', {
      issues: [{ path: 'author', message: 'is a reference' }],
    })
  const gathered = await gather(ctx, id)
  if (!gathered.ok) return gathered
  const { conference, records } = gathered.value
  const { plan, on } = conference
  const deck = await deckOf(conferencePages(conference), `${plan.title ?? 'Care plan'} · ${on}`)
  const { confidentiality = 'R', ...labels } = labelsOf(records)
  const made = await createMember(ctx, 'documents', {
    clientId: plan.clientId,
    type: { system: loinc, code: '18776-5', display: 'Plan of care note' },
    categories: [{ system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category', code: 'clinical-note' }],
    title: `Care conference ${on}`,
    description: `${deck.slides} slides`,
    createdAt: nowOf(ctx),
    author: asked.data.author ?? authorOf(plan),
    original: { mime: pptx, data: deck.data },
    ...labels,
    confidentiality,
  })
  return made.ok ? ok({ ...made.value, slides: deck.slides }) : made
}

async function gather(ctx: Context, id: string): Promise<Result<{ conference: Conference; records: readonly Labelled[] }>> {
  const plan = await planOf(ctx, id)
  if (!plan.ok) return plan
  const { clientId: client, needs, goals, careTeamId } = plan.value
  const named = <T extends Told>(all: readonly T[], ids: readonly string[]): readonly T[] =>
    ids.flatMap((one) => all.find((record) => record.id === one) ?? [])
  const [person] = (
    await listMembers(ctx, 'clients', { client, limit: 1 }).then((page) => (page.ok ? page.value.items : []))
  ).map(({ record }) => record as unknown as NonNullable<Conference['client']> & Told)
  const now = nowOf(ctx)
  const teams = await of(ctx, 'care-teams', client)
  const team = teams.find((one) => (careTeamId === undefined ? one.state === 'active' : one.id === careTeamId))
  const safety = await all(ctx, 'safety-plans', client)
  const whole = {
    plan: plan.value,
    needs: named(await of(ctx, 'needs', client), needs),
    goals: named(await of(ctx, 'goals', client), goals),
    progress: await of(ctx, 'progress', client),
    team: (team?.members ?? []).filter((member) => isPresent(member, now)),
    followUps: await of(ctx, 'follow-ups', client),
    referrals: await of(ctx, 'referrals', client),
    crises: await of(ctx, 'crises', client),
    assessments: await of(ctx, 'assessments', client),
    safetyPlans: safety.isWhole || safety.members.length > 0 ? safety.members : undefined,
  }
  const called = await namesOf(ctx, whole)
  const shown: readonly (readonly Labelled[])[] = [
    ...[[plan.value], person ? [person] : [], team ? [team] : []],
    ...[whole.needs, whole.goals, whole.progress, whole.referrals, whole.crises, whole.assessments, safety.members],
  ]
  const on = localDate(now, person?.timeZone) ?? now.slice(0, 10)
  return ok({ conference: { ...whole, client: person, called, on }, records: shown.flat() })
}

/** The plan, which must be for the team itself. */
async function planOf(ctx: Context, id: string): Promise<Result<Conference['plan'] & Told>> {
  const page = await listMembers(ctx, 'care-plans', { limit: 1, also: [['_id', id]] })
  if (!page.ok) return page
  const [found] = page.value.items.map(({ record }) => record as unknown as Conference['plan'] & Told)
  return found && isForTeam(found) ? ok(found) : fail('not-found', 'There is no such care plan.')
}

/** Everybody whom the pages name, looked up once. */
async function namesOf(
  ctx: Context,
  { plan, team, referrals }: Omit<Conference, 'called' | 'on'>,
): Promise<Conference['called']> {
  const names = new Map<string, string>()
  const learn = async (who: Ref | undefined, type: string): Promise<void> => {
    const reference = referenceTo(who, type)
    if (reference !== undefined && !names.has(reference)) names.set(reference, (await calledAt(ctx, reference)) ?? '')
  }
  await learn({ id: plan.clientId }, 'Patient')
  await learn(plan.author, 'Practitioner')
  for (const one of plan.interventions)
    if ('performers' in one) for (const who of one.performers) await learn(who, 'Practitioner')
  for (const { who } of team) await learn(who, 'PractitionerRole')
  for (const { target } of referrals) await learn(target, 'HealthcareService')
  return (who, type) => {
    if (who === undefined) return ''
    const reference = referenceTo(who, type)
    return reference === undefined ? ('external' in who && who.external.display) || '' : (names.get(reference) ?? '')
  }
}
