/** What a care conference is shown, page by page: in the care team's words, and codes only where there are no words. */
import type { Page, Series } from '../../documents/slides.ts'
import type { Assessment } from '../../domain/assessment.ts'
import type { CarePlan, Intervention } from '../../domain/care-plan.ts'
import type { CareTeamMember } from '../../domain/care-team.ts'
import type { Client } from '../../domain/client.ts'
import type { CrisisEvent } from '../../domain/crisis.ts'
import type { FollowUpObligation } from '../../domain/follow-up.ts'
import type { Goal } from '../../domain/goal.ts'
import type { Coding, Concept, Ref } from '../../domain/kernel.ts'
import type { Need } from '../../domain/need.ts'
import { numberIn, type ProgressMeasure } from '../../domain/progress.ts'
import type { Referral } from '../../domain/referral.ts'
import type { SafetyPlan } from '../../domain/safety-plan.ts'

/** What there is and may be seen. */
export interface Conference {
  /** The day it is made for. */
  readonly on: string
  readonly plan: CarePlan
  readonly client?: Client | undefined
  readonly needs: readonly Need[]
  readonly goals: readonly Goal[]
  readonly progress: readonly ProgressMeasure[]
  readonly team: readonly CareTeamMember[]
  readonly followUps: readonly FollowUpObligation[]
  readonly referrals: readonly (Referral & { readonly id: string })[]
  readonly crises: readonly CrisisEvent[]
  readonly assessments: readonly Assessment[]
  /** Undefined where it is not known whether there is one. */
  readonly safetyPlans: readonly SafetyPlan[] | undefined
  /** How somebody referred to is called; `type` where the reference need not say it. Empty where that may not be known. */
  readonly called: (who: Ref | undefined, type: string) => string
}

type Row = readonly string[]

const words = (word: string | undefined): string => word?.replaceAll('-', ' ') ?? ''
const day = (moment: string | undefined): string => moment?.slice(0, 10) ?? ''
const named = (coding: Coding | undefined): string => coding?.display ?? words(coding?.code)
const told = (concept: Concept | undefined): string => concept?.text ?? named(concept?.codings[0])
const joined = (parts: readonly string[], by = ', '): string => parts.filter((part) => part !== '').join(by)

export function conferencePages(conference: Conference): readonly Page[] {
  const { plan, client, on, called } = conference
  const who = client ? called({ id: plan.clientId }, 'Patient') : ''
  return [
    {
      kind: 'title',
      title: plan.title ?? 'Care plan',
      lines: [who, `Care conference, ${on}`].filter((line) => line !== ''),
      mark: 'CONFIDENTIAL: for the care team of this client alone',
    },
    { kind: 'facts', title: 'Client and plan', facts: factsOf(conference, who) },
    ...table('Needs', ['Need', 'Area', 'State', "Client's view", 'Since'], [4, 2, 2, 2, 1.5], conference.needs.map(needRow)),
    ...table('Goals', ['Goal', "In the client's words", 'State', 'How far'], [4, 4, 1.6, 3], conference.goals.map(goalRow)),
    ...lines('How it has come along', seriesOf(conference.progress)),
    ...table(
      'What is done',
      ['What', 'Who', 'When', 'State'],
      [4.5, 3, 2.5, 2],
      plan.interventions.map((one) => interventionRow(one, conference)),
    ),
    ...table(
      'Team',
      ['Who', 'In which part', ''],
      [4, 4, 2],
      conference.team.map((one) => memberRow(one, called)),
    ),
    ...table('Open follow-ups and referrals', ['What', 'Until', 'State'], [6, 3, 2.5], openRows(conference)),
    ...facts('Risks', risksOf(conference)),
  ]
}

/** Nothing to show is no page. */
const facts = (title: string, all: Extract<Page, { kind: 'facts' }>['facts']): readonly Page[] =>
  all.length > 0 ? [{ kind: 'facts', title, facts: all }] : []
/** And a column without a word is no column. */
function table(title: string, columns: readonly string[], widths: readonly number[], rows: readonly Row[]): readonly Page[] {
  const isTold = columns.map((_, at) => rows.some((row) => row[at] !== ''))
  const only = <T>(cells: readonly T[]): readonly T[] => cells.filter((_, at) => isTold[at])
  return rows.length > 0
    ? [{ kind: 'table', title, columns: only(columns), widths: only(widths), rows: rows.map((row) => only(row)) }]
    : []
}
const lines = (title: string, series: readonly Series[]): readonly Page[] =>
  series.length > 0 ? [{ kind: 'lines', title, series }] : []

function factsOf({ plan, client, called }: Conference, who: string): readonly (readonly [string, string])[] {
  const languages = (client?.languages ?? []).map(({ code, interpreterNeeded }) =>
    joined([code, interpreterNeeded ? 'with an interpreter' : ''], ' '),
  )
  const period = joined([day(plan.period?.start), day(plan.period?.end)], ' to ')
  const facts: readonly (readonly [string, string])[] = [
    ['Client', joined([who, told(client?.pronouns)])],
    ['Born', client?.birthDate ?? ''],
    ['Languages', joined(languages)],
    ['Legal status', words(client?.legalStatus)],
    ['Plan', joined([words(plan.kind), words(plan.state), period])],
    ['Written by', called(plan.author, 'Practitioner')],
    ['In short', plan.narrative ?? ''],
    ['Signed', joined(plan.signatures.map(({ at }) => day(at)))],
  ]
  return facts.filter(([, value]) => value !== '')
}

const needRow = ({ code, category, domain, state, clientView, onset }: Need): Row => [
  told(code) || named(category),
  words(domain) || named(category),
  words(state),
  words(clientView),
  day(onset),
]

function goalRow({ statement, clientWords, lifecycle, achievement, trends, measures }: Goal): Row {
  const due = measures.flatMap(({ dueOn }) => (dueOn === undefined ? [] : [`due ${dueOn}`]))
  const trend = trends.map(({ measure, trend: how, latest }) => joined([named(measure), latest ?? '', words(how)], ' '))
  return [told(statement), clientWords ?? '', words(lifecycle), joined([words(achievement), ...trend, ...due], '; ')]
}

/** At most three measures that were taken more than once. */
function seriesOf(progress: readonly ProgressMeasure[]): readonly Series[] {
  const byMeasure = new Map<string, Series>()
  const ordered = progress.filter(({ state }) => state === 'recorded').toSorted((a, b) => ((a.at ?? '') < (b.at ?? '') ? -1 : 1))
  for (const { code, variant = '', value, at } of ordered) {
    const number = numberIn(value)
    if (number === undefined || at === undefined) continue
    const key = JSON.stringify([code.system, code.code, variant])
    const { name, points } = byMeasure.get(key) ?? { name: named(code), points: [] }
    byMeasure.set(key, { name, points: [...points, [day(at), number]] })
  }
  return [...byMeasure.values()].filter(({ points }) => points.length > 1).slice(0, 3)
}

function interventionRow(one: Intervention, { called, referrals }: Conference): Row {
  const what = told(one.code) || words(one.kind)
  if ('linked' in one) {
    const { linked } = one
    const referral = 'id' in linked ? referrals.find(({ id }) => id === linked.id) : undefined
    if (!referral) return [what, '', '', '']
    return [what || told(referral.service), called(referral.target, 'HealthcareService'), '', words(referral.state)]
  }
  const { schedule } = one
  const when =
    schedule === undefined ? '' : 'text' in schedule ? schedule.text : `${schedule.timesPer} × every ${period(schedule.period)}`
  return [
    what,
    joined(one.performers.map((who) => called(who, 'Practitioner'))),
    when,
    joined([words(one.status), one.statusReason ?? ''], ': '),
  ]
}

const units: Readonly<Record<string, string>> = { D: 'days', W: 'weeks', M: 'months', Y: 'years', H: 'hours', S: 'seconds' }
/** `P2W` as `2 weeks`, `P1W` as `week`. */
function period(duration: string): string {
  const [, time, number = '', unit = ''] = /^P(T?)(\d+)([DWMYHS])$/.exec(duration) ?? []
  const name = time === 'T' && unit === 'M' ? 'minutes' : (units[unit] ?? '')
  return number === '1' ? name.replace(/s$/, '') : joined([number, name], ' ')
}

const memberRow = ({ who, role, isLead }: CareTeamMember, called: Conference['called']): Row => [
  called(who, 'PractitionerRole'),
  told(role),
  isLead === true ? 'leads' : '',
]

const isOpenFollowUp = ({ state }: FollowUpObligation): boolean => state === 'open' || state === 'attempted' || state === 'missed'
const endedReferral = /^(closed|cancelled|entered)/

function openRows({ followUps, referrals, called }: Conference): readonly Row[] {
  const owed = followUps
    .filter(isOpenFollowUp)
    .map(({ policyId, dueTo, state }): Row => [`Follow-up ${policyId}`, dueTo ?? '', words(state)])
  const asked = referrals
    .filter(({ state }) => !endedReferral.test(state))
    .map(
      (one): Row => [
        joined([`Referral: ${told(one.service) || words(one.kind)}`, called(one.target, 'HealthcareService')]),
        day(one.respondBy),
        words(one.state),
      ],
    )
  return [...owed, ...asked].toSorted((a, b) => (a[1]! < b[1]! ? -1 : 1))
}

const isOver = (state: CrisisEvent['state']): boolean => state === 'followed-up' || state === 'entered-in-error'

/** What is not known here is not said to be absent: somebody else may know it. */
function risksOf({ crises, assessments, safetyPlans }: Conference): readonly (readonly [string, string])[] {
  const crisis = crises
    .filter(({ state }) => !isOver(state))
    .map(({ riskTypes, level, openedAt, state }): readonly [string, string] => [
      'Crisis',
      joined([joined(riskTypes.map(words)), words(level), words(state), joined(['since', day(openedAt)], ' ')]),
    ])
  const findings = assessments
    .toSorted((a, b) => ((a.completedAt ?? '') < (b.completedAt ?? '') ? 1 : -1))
    .flatMap(({ instrument, completedAt, riskFindings }) =>
      riskFindings
        .filter(({ level }) => level !== 'none')
        .map(({ level }): readonly [string, string] => [
          'Screening',
          joined([instrument?.id ?? 'assessment', `risk ${level}`, day(completedAt)]),
        ]),
    )
  const active = safetyPlans?.find(({ state }) => state === 'active')
  const reviewed = joined(['reviewed', day(active?.reviewedAt ?? active?.createdAt)], ' ')
  const safety = active ? joined(['active', active.clientHasCopy ? 'the client has a copy' : '', reviewed]) : 'none is active'
  return [...crisis, ...findings.slice(0, 5), ...(safetyPlans ? [['Safety plan', safety] as const] : [])]
}
