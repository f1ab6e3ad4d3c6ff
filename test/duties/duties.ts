/**
 * What a mental-health case coordinator does, and the tests that show that the gateway does its part: the source of `test/COVERAGE.md`. A
 * test is named by its file and its title. What is not there yet is said beside what is.
 */

/** File below `test/`, title. */
export type Shown = readonly [file: string, title: string]

export interface Duty {
  readonly duty: string
  readonly shownBy: readonly [Shown, ...Shown[]]
  /** What of it does not work yet. */
  readonly lacking?: string
}

export interface Area {
  readonly area: string
  readonly duties: readonly Duty[]
}

const drafts = 'flows/care-plan-drafts.test.ts'
const house = 'flows/house-work.test.ts'
const crises = 'flows/crises.test.ts'
const byLink = 'stories/referral-by-link.test.ts'
const caseloads = 'flows/caseloads.test.ts'
const communications = 'flows/communications.test.ts'
const derived = 'flows/derived-needs.test.ts'
const colorado = 'connectors/exports/us-co-bha.test.ts'
const direct = 'stories/direct.test.ts'
const education = 'flows/education.test.ts'
const groups = 'flows/group-sessions.test.ts'
const matches = 'flows/service-matches.test.ts'
const lines = 'billing/lines.test.ts'

export const areas: readonly Area[] = [
  {
    area: 'The work itself',
    duties: [
      {
        duty: 'Be the bridge between a client and what helps, from the discharge to the closed loop and the bill',
        shownBy: [['demo/demo.test.ts', 'tells every step, finds it as told, and leaves nothing behind']],
      },
      {
        duty: 'Assess needs, and make a plan that fits them',
        shownBy: [
          ['domain/assess.test.ts', 'carries its total, band, result, findings, and the rules that made them'],
          [derived, 'of social needs proposes one for each, restricted as the answers are'],
          [drafts, 'a draft has a goal for each confirmed need, a first step, and says why'],
        ],
      },
      {
        duty: 'Work with psychiatrists, therapists, physicians, nurses and community organizations',
        shownBy: [
          ['flows/care-teams.test.ts', 'works, pauses with a reason, works again, and ends'],
          ['flows/care-teams.test.ts', 'is told of a discharge, whoever tells us, and not when they have left'],
          ['flows/rules/writes.test.ts', 'is completed by its Task alone, and the answer is what then stands'],
          ['flows/rules/writes.test.ts', 'a partner’s move that our rules do not know is a conflict, and nothing of it is lost'],
        ],
      },
      {
        duty: 'Stand up for the client’s rights: steps, authority, last days, appeals',
        shownBy: [
          ['flows/advocacy.test.ts', 'before a payer speaks whoever has it in writing; others inform of rights'],
          [house, 'an authorization is asked after, and a denial becomes an advocacy with its last day'],
        ],
      },
      {
        duty: 'Keep a network of resources, and refer in a closed loop',
        shownBy: [
          [matches, 'ranks what fits, with its reasons, and leaves out what is for others'],
          ['flows/referrals.test.ts', 'from draft to the client’s word, with ServiceRequest and Task in step'],
          ['flows/needs.test.ts', 'is met when the client says so, in the commit that closes the loop'],
        ],
      },
      {
        duty: 'Watch and record progress towards goals, and adjust the plan',
        shownBy: [
          ['flows/progress.test.ts', 'a falling score is a response, at the measurement and at the goal'],
          [house, 'ask for a review within two business days, once, until they turn'],
          ['flows/plan-reviews.test.ts', 'is put on the coordinator’s list two weeks before, once, and off it by the review'],
          [drafts, 'the second draft takes the first plan’s place once it is activated, and goes on with what is under way'],
        ],
      },
      {
        duty: 'Inform and educate clients, families and the neighbourhood',
        shownBy: [
          [education, 'is prepared, given, and understood in part'],
          [education, 'of a neighbourhood makes no Patient'],
        ],
      },
      {
        duty: 'Show what the work comes to for the community, without telling of anybody',
        shownBy: [
          ['flows/measures.test.ts', 'loops are closed when the client says so'],
          [
            'domain/measures.test.ts',
            'nobody is to be found by subtraction: totals are the sum of what is told, and every group is large enough',
          ],
        ],
      },
      {
        duty: 'Counsel individuals and groups: substances, illness, poverty, unemployment, abuse',
        shownBy: [
          [groups, 'is a session of each member’s own, to be signed and billed by itself'],
          [groups, 'tells in no member’s record who else was there'],
          ['flows/psychotherapy-notes.test.ts', 'is found nowhere else'],
        ],
      },
      {
        duty: 'Screen for alcohol, tobacco and other drugs, and guard what that tells',
        shownBy: [
          ['domain/instruments/tables.test.ts', 'is labelled by what it is about'],
          [derived, 'of %s: three points are %s'],
          [derived, 'of tobacco proposes one for whoever smokes, and labels it so'],
          ['domain/episode.test.ts', 'a Part 2 programme labels its episodes, once'],
          ['flows/programme-labels.test.ts', 'labels what is written of it, by either door, with all its parts'],
          [communications, 'others are told what is sensitive with a consent that is in force'],
          ['stories/consent-at-sending.test.ts', 'waits for a consent, and goes out by itself once she signs one'],
          ['stories/exits.test.ts', 'whoever has no right cannot tell it from what is not there: %s'],
          ['stories/exits.test.ts', 'what another record says of them, by %s'],
        ],
      },
      {
        duty: 'Manage cases: work that has its time, owed follow-ups, sessions of case management',
        shownBy: [
          ['flows/work-items.test.ts', 'is breached by time alone, seen at once and stamped in the record'],
          [house, 'that nobody answers is gone after, until somebody does'],
          [
            'stories/discharge-follow-up.test.ts',
            'a signed session with a social worker satisfies all three, and is named as the evidence',
          ],
          ['console/work.test.ts', 'has what is overdue first, then what is due, of my clients alone'],
          ['console/work.test.ts', 'records an attempt, by whom, in the client’s own time'],
        ],
      },
      {
        duty: 'Meet crises: found by rules, sent up the line in time, settled, followed up, with a safety plan',
        shownBy: [
          [crises, 'opens a crisis in the commit that found the risk'],
          [crises, 'goes up the line when nobody acknowledges it, timer or not, and once'],
          [
            house,
            'is work by the clock that sends it up the line, to the supervisor in the end, and done when it is acknowledged',
          ],
          [house, 'is not followed up before somebody has seen the client again'],
          ['flows/safety-plans.test.ts', 'is active with signs, coping and professional help alone'],
        ],
      },
      {
        duty: 'Keep files, plans, referrals and follow-ups right and at hand',
        shownBy: [
          [crises, 'stands in the client’s timeline'],
          ['stories/fhir-everything.test.ts', 'brings her record, what is in her compartment, and whom that names'],
          ['flows/documents.test.ts', 'keeps the original, measured and hashed, and hands it out as it came'],
        ],
      },
    ],
  },
  {
    area: 'How it is done',
    duties: [
      {
        duty: 'Speak plainly, in the client’s language, by a way that is safe',
        shownBy: [[communications, 'a notice goes to the safe address, in her language, and says nothing of her']],
      },
      {
        duty: 'Feel for the client: their own words, their agreement, their quiet hours',
        shownBy: [
          ['flows/directory.test.ts', 'what an EHR wrote around the client’s words survives a change'],
          ['flows/goals.test.ts', 'is worked on with the client’s agreement, and ends with a word on whether it was reached'],
          ['stories/mail.test.ts', 'her quiet hours begin: it goes when they are over, however late it was put off'],
        ],
      },
      {
        duty: 'Solve problems: suggestions with their reasons, another way when one is closed',
        shownBy: [
          [matches, 'offers alternatives once a service has turned the need down'],
          [house, 'that is turned down asks for another service, once, and the referral stays what it is'],
        ],
      },
      {
        duty: 'Respect culture and language',
        shownBy: [[matches, 'ranks what fits, with its reasons, and leaves out what is for others']],
      },
      {
        duty: 'Let the client confirm what became of a referral, and consent knowingly',
        shownBy: [
          ['domain/referral.test.ts', 'the loop is closed by the client’s word'],
          ['flows/consents.test.ts', 'is signed, is then not rewritten, and ends when she says so'],
          ['stories/social-needs-consent.test.ts', 'says no more than the work takes'],
          [byLink, 'the pantry accepts, begins and is done on its page; she says that it arrived, and her need is met'],
          [
            'stories/consent-by-link.test.ts',
            'she reads it in plain words of her language, signs, and it is in force; what she read is kept word for word',
          ],
        ],
      },
      {
        duty: 'Share the plan with the team, each as far as they may see',
        shownBy: [
          ['flows/care-teams.test.ts', 'sees nothing of the plan without a consent that names them'],
          [
            'flows/care-plan-pack.test.ts',
            'has the plan first told, then the client, the needs and the goals, each once and resolvable',
          ],
        ],
      },
      {
        duty: 'Mind details: checks of codes and rules, conflicts, a record of who did what',
        shownBy: [
          ['support/loinc.test.ts', 'catches every single mistyped digit'],
          ['stories/fhir-operations.test.ts', 'knows the rules of the house'],
          ['flows/disclosures.test.ts', 'is an unbroken chain, whatever becomes of each'],
          ['console/work.test.ts', 'the audit names who looked, at whom, and who acted'],
        ],
      },
      {
        duty: 'Keep to time: load, order of work, service levels, overload',
        shownBy: [
          [caseloads, 'is the sum of weights, by acuity unless said otherwise'],
          [caseloads, 'that is too much is work for the supervisor, until it is not'],
          [
            'domain/worklist.test.ts',
            'puts stat before a missed service level, then asap, urgent, and the rest by due time and acuity',
          ],
          ['flows/measures.test.ts', 'time to service is told by programme, the small ones not by themselves'],
        ],
      },
      {
        duty: 'Listen and notice: notes, and a word when things get worse',
        shownBy: [
          [
            'flows/psychotherapy-notes.test.ts',
            'is written, read, changed and removed by its author, who sees what changed meanwhile',
          ],
          ['flows/session-notes.test.ts', 'is a draft until the session is signed, and reads as any other document of the visit'],
          [house, 'by assessments, too'],
        ],
      },
    ],
  },
  {
    area: 'Tools',
    duties: [
      {
        duty: 'Mail: reminders that say nothing, a sealed link for the rest; Direct for what is clinical',
        shownBy: [
          ['stories/mail.test.ts', 'goes to the server word for word, and nothing of anybody with it'],
          ['stories/secure-link.test.ts', 'says nothing of her, and opens the message to whoever has the code, as text'],
          [direct, 'goes to the HISP signed in and under TLS, with its documents, and nothing of anybody in its headers'],
          [direct, 'waits for her consent with all of the message, and goes by itself, with the notice, once she gives it'],
          [direct, 'is told step by step: their HISP has it, their system has it'],
        ],
      },
      {
        duty: 'Records of clients elsewhere: kept in step, nothing doubled, nothing lost',
        shownBy: [
          ['stories/exactness.test.ts', 'what nobody changed is served byte for byte, but for id, meta and the space around it'],
          [
            'connectors/partners/hapi-medplum.test.ts',
            'stands there once after an answer was lost, and is changed where it stands',
          ],
          ['cli/portable.test.ts', 'comes back as it was, to the byte'],
        ],
      },
      {
        duty: 'Codes of procedures: units by the payer’s rule, conflicts, the feed, authorizations',
        shownBy: [
          ['billing/units.test.ts', 'the 8-minute rule never bills less than fully reached units, and at most one more'],
          ['stories/billing.test.ts', 'of 53 minutes is counted as its payer counts: %s'],
          ['stories/billing-feed.test.ts', 'tells all that a claim needs'],
          ['stories/billing-837p.test.ts', 'are one interchange, the same for the same lines'],
          ['stories/authorizations.test.ts', 'is spent line by line, and never below zero'],
          [
            'stories/billing-warnings.test.ts',
            'family and own therapy on one day are ready, with a word, in JSON and as a table',
          ],
          ['stories/claim-edits.test.ts', 'pairs and units of Medicaid, for services of its quarter'],
          ['stories/monthly-bundles.test.ts', 'the client agrees and is seen, or the line waits until both are on record'],
        ],
      },
      {
        duty: 'Present a case at a conference',
        shownBy: [
          ['flows/conference-pack.test.ts', 'shows the plan, its client and all that is open, and is kept with its hash'],
          [
            'flows/care-plan-pack.test.ts',
            'has the plan first told, then the client, the needs and the goals, each once and resolvable',
          ],
        ],
      },
    ],
  },
  {
    area: 'Where it is done',
    duties: [
      {
        duty: 'Many clients and many senders: each message once, each tenant by itself',
        shownBy: [
          ['stories/discharge.test.ts', 'sixteen senders at once make one discharge'],
          ['stories/fhir-pages.test.ts', 'serve nobody else, in this tenant or another'],
        ],
      },
      {
        duty: 'Cities: many services, ranked by way and by room',
        shownBy: [['domain/service-match.test.ts', 'comes in the same order whatever order it was found in, best first']],
      },
      {
        duty: 'States and their programmes: follow-up policies and payers’ rules of one’s own, reports in a state’s own form',
        shownBy: [
          ['stories/configured.test.ts', 'of a payer are for its members on that day'],
          ['stories/billing.test.ts', 'say how a payer counts, the particular before the general'],
          [colorado, 'what Colorado wants said otherwise, element by element'],
          [colorado, 'what does not say enough is not reported until it does'],
          [colorado, 'what is under Part 2 waits for the client’s consent, as everywhere'],
        ],
      },
      {
        duty: 'The country: help from afar, services that come by telephone or mail',
        shownBy: [
          ['flows/directory.test.ts', 'a service is verified, suspended for a reason, and found again'],
          ['domain/directory.test.ts', 'is told with its need, its provider and a way to reach it'],
          [
            'stories/referral-by-fax.test.ts',
            'is printed, faxed, and answered at the address on the sheet, at the edge, too, where no mail leaves',
          ],
        ],
      },
      {
        duty: 'Primary care beside mental health: monthly minutes, whoever treats the client told of a discharge',
        shownBy: [
          ['stories/monthly-bundles.test.ts', 'signed sessions of a month are one bundle, reached when the minutes are'],
          ['stories/monthly-bundles.test.ts', 'a line waits for what it lacks, as others do'],
          ['stories/discharge.test.ts', 'whatever is written is FHIR R4, for clients and for strangers'],
        ],
      },
      {
        duty: 'Telehealth: place, modifiers, who may treat where',
        shownBy: [[lines, 'a peer is told by the code alone, by distance']],
      },
      {
        duty: 'Social services as partners: their answer counts, their room is known',
        shownBy: [
          [
            'flows/referrals.test.ts',
            'a partner who completes its Task on /fhir completes the referral, and the request with it',
          ],
          ['stories/social-needs-consent.test.ts', 'does not go where her consent %s'],
          [byLink, 'what the work cannot do now, and shows what it can'],
          ['domain/directory.test.ts', 'word of its room holds for a week'],
        ],
      },
      {
        duty: 'Material of others for education, known by its source',
        shownBy: [[education, 'is prepared, given, and understood in part']],
      },
    ],
  },
  {
    area: 'Who does it',
    duties: [
      {
        duty: 'Degrees, licences, certificates, and until when they hold',
        shownBy: [
          ['domain/directory.test.ts', 'is valid on the days it names, ends included'],
          ['stories/billing.test.ts', 'by an expired credential, until it is renewed'],
        ],
      },
      {
        duty: 'Techniques for crises, and the directory to turn to',
        shownBy: [
          [crises, 'is handed over to a named person'],
          [matches, 'ranks what fits, with its reasons, and leaves out what is for others'],
        ],
      },
      {
        duty: 'Clinics, hospitals, community organizations, practices: places and kinds',
        shownBy: [['flows/directory.test.ts', 'are written as FHIR and read back']],
      },
      {
        duty: 'Practice under supervision: co-signatures',
        shownBy: [
          [
            'flows/supervision.test.ts',
            'an intern’s session waits for the supervisor’s signature, a licensed colleague’s does not',
          ],
        ],
      },
      {
        duty: 'Hard cases, bureaucracy, burn-out: weights, notices, what payers owe kept in sight',
        shownBy: [
          [caseloads, 'that is too much is work for the supervisor, until it is not'],
          [house, 'an authorization is asked after, and a denial becomes an advocacy with its last day'],
        ],
      },
      {
        duty: 'Supervisors and managers of programmes: their queue, figures, clients handed over',
        shownBy: [
          ['flows/supervision.test.ts', 'an assessment that nobody has reviewed, and work that was missed, are there too'],
          [caseloads, 'is handed over in one step, with the note that goes with it'],
        ],
      },
      {
        duty: 'Partners, and how each of them differs',
        shownBy: [['connectors/contract.test.ts', 'knows every flavour that has a table or a sandbox']],
      },
    ],
  },
  {
    area: 'When something is broken',
    duties: [
      {
        duty: 'An event that the state does not allow: refused, the allowed ones named, on both doors',
        shownBy: [
          ['flows/referrals.test.ts', 'an event out of turn is refused, and the allowed ones are named'],
          ['flows/rules/machines.test.ts', 'moves in no other way, and says which ways there are'],
        ],
      },
      {
        duty: 'Scores that contradict the answers: both kept, and seen',
        shownBy: [
          ['domain/assess.test.ts', 'is kept beside the computed one where they differ, which is the flag'],
          ['flows/instruments.test.ts', 'a received total that contradicts the answers stays beside ours'],
        ],
      },
      {
        duty: 'Codes that nobody knows: kept, and told as unmapped',
        shownBy: [['flows/broken-input.test.ts', 'a code that nobody knows is kept, and told as one']],
      },
      {
        duty: 'Dates that are partial',
        shownBy: [['flows/broken-input.test.ts', 'a date is no more precise than it was told']],
      },
      {
        duty: 'Clocks that change, leap days, time zones',
        shownBy: [
          ['domain/follow-ups-owed.test.ts', 'daylight saving and leap days move no deadline'],
          ['domain/calendar.test.ts', 'far zones differ by a whole day'],
          ['stories/discharge-follow-up.test.ts', 'discharges on the day when the clocks change are due by the calendar'],
        ],
      },
      {
        duty: 'Clients who are merged',
        shownBy: [
          ['stories/person-messages.test.ts', 'makes one client of two, with the stays and the follow-ups of both'],
          ['flows/broken-input.test.ts', 'who was merged takes needs and plans along'],
        ],
      },
      {
        duty: 'A referral whose performer is gone',
        shownBy: [
          ['flows/broken-input.test.ts', 'a referral whose performer is gone can be read, taken back, and sent elsewhere'],
        ],
      },
      { duty: 'A group to which one came', shownBy: [[groups, 'is none when only one came']] },
      {
        duty: 'Two coordinators who write at once',
        shownBy: [
          ['flows/broken-input.test.ts', 'of two who write at once the second is told, and nothing of the first is lost'],
        ],
      },
    ],
  },
]
