/** The pages behind secure links: a message, a referral for whoever is to do it and for whom it is, a consent. Forms alone, no scripts. */
import type { Child } from 'hono/jsx'
import type { PageLanguage } from '../domain/consent-words.ts'
import { unlessThrown } from '../domain/problem.ts'
import type { Told } from '../gateway.ts'
import {
  button,
  fieldset,
  form,
  h2,
  h3,
  hidden,
  input,
  label,
  legend,
  option,
  p,
  section,
  select,
  textarea,
  time,
} from './html.ts'
import { choices, decided, outcomeLabels, outcomes, saids, words, workStates } from './link-words.ts'
import { facts } from './page.ts'

type Shown = Told<'answerLink'>
type Page<N> = Extract<Shown['page'], { page: N }>
type ToldReferral = NonNullable<Page<'work'>['told']>

/** As much as anybody may type into a field. */
const longest = 2000

/** The language of a page, once it is known whose it is. */
export const languageOf = ({ page }: Shown): PageLanguage => ('language' in page ? page.language : 'en')

export function pageFor(shown: Shown): readonly Child[] {
  const { page, ticket, said } = shown
  return [
    ...(said === undefined ? [] : [told(said, languageOf(shown))]),
    ...(page.page === 'message'
      ? [section(null, ...(page.subject ? [h2(null, page.subject)] : []), p({ class: 'message' }, page.body))]
      : page.page === 'work'
        ? work(page, ticket)
        : page.page === 'outcome'
          ? outcome(page, ticket)
          : consent(page, ticket)),
  ]
}

function told(said: NonNullable<Shown['said']>, language: PageLanguage): Child {
  const name = typeof said === 'string' ? said : said.code
  const text = (name in saids ? saids[name as keyof typeof saids] : saids.other)[language]
  return p({ class: said === 'done' ? 'good' : 'bad', role: said === 'done' ? 'status' : 'alert' }, text)
}

/** A form that answers to what was shown. */
const answer = (ticket: string, ...content: readonly Child[]): Child =>
  form({ method: 'post', class: 'answer' }, hidden('ticket', ticket), ...content)

const send = (text: string): Child => button({ type: 'submit' }, text)
const area = (name: string, text: string, required: boolean): Child =>
  label(null, text, textarea({ name, rows: 3, maxlength: longest, required }))
const radio = (name: string, value: string, text: string): Child =>
  label({ class: 'choice' }, input({ type: 'radio', name, value, required: true }), text)

/** To the minute, in UTC; a day without a time stays one. */
export function dated(at: string | undefined): Child | undefined {
  if (at === undefined || at.length <= 10) return at
  const utc = new Date(at).toISOString()
  return time({ datetime: utc }, `${utc.slice(0, 10)}, ${utc.slice(11, 16)} UTC`)
}

const languages = new Intl.DisplayNames(['en'], { type: 'language' })
/** `Spanish`, for any kind of it; what is no language's code stays as it is. */
export const languageNamed = (code: string): string => unlessThrown(() => languages.of(code.split('-')[0]!)) ?? code

/** A referral as an organization is told of it, on its page and on paper. */
export function referralFacts(told: ToldReferral): readonly Child[] {
  const { asked, category, priority, from, requestedAt, respondBy, instruction, client, needs, isContactedByUsAlone } = told
  return [
    facts([
      ['What is asked', asked],
      ['Kind of need', category],
      ['Why', needs.join('; ')],
      ['Please note', instruction],
      ['How pressing', priority],
      ['Asked by', from],
      ['Asked on', dated(requestedAt)],
      ['Please answer by', dated(respondBy)],
    ]),
    h3(null, 'For whom'),
    client
      ? facts([
          ['Name', client.name],
          ['Born', client.birthDate],
          ['Telephone, e-mail', isContactedByUsAlone ? 'Please reach them through us only.' : client.contacts.join('; ')],
          ['Languages', client.languages.map(languageNamed).join(', ')],
        ])
      : p(null, 'Please ask us.'),
  ]
}

export const notices = (texts: readonly string[]): readonly Child[] => texts.map((text) => p({ class: 'message notice' }, text))
export const noticesOf = (told: ToldReferral): readonly Child[] => notices([...told.notices, ...told.scopes])

function work({ state, told, choices: events }: Page<'work'>, ticket: string): readonly Child[] {
  const standing = p(null, workStates[state] ?? '')
  if (!told) return [section(null, standing)]
  return [
    section(null, h2(null, 'A referral to you'), standing, ...referralFacts(told)),
    ...(told.notices.length > 0 ? [section(null, ...noticesOf(told))] : []),
    ...events.map((event) => {
      const choice = choices[event]
      return section(
        null,
        h2(null, choice.heading),
        answer(
          ticket,
          hidden('event', event),
          ...('reason' in choice ? [area('reason', choice.reason, true)] : []),
          ...(event === 'complete' ? ended : []),
          send(choice.button),
        ),
      )
    }),
  ]
}

const ended: readonly Child[] = [
  label(
    null,
    'What came of it',
    select(
      { name: 'outcome', required: true },
      option({ value: '' }, 'Please choose'),
      ...Object.entries(outcomeLabels).map(([value, text]) => option({ value }, text)),
    ),
  ),
  area('note', 'Anything to add', false),
]

const wordsIn =
  (language: PageLanguage) =>
  (name: keyof typeof words): string =>
    words[name][language]

function outcome({ language, state, asked, by, canConfirm }: Page<'outcome'>, ticket: string): readonly Child[] {
  const word = wordsIn(language)
  return [
    section(
      null,
      facts([
        [word('asked'), asked],
        [word('by'), by],
        [word('stands'), outcomes[state]?.[language]],
      ]),
    ),
    ...(canConfirm
      ? [
          section(
            null,
            answer(
              ticket,
              fieldset(
                null,
                legend(null, word('gotIt')),
                radio('received', 'yes', word('yes')),
                radio('received', 'no', word('no')),
              ),
              fieldset(
                null,
                legend(null, word('stillNeeded')),
                ...(['yes', 'partly', 'no', 'unknown'] as const).map((one) => radio('need', one, word(`need-${one}`))),
              ),
              send(word('tell')),
            ),
          ),
        ]
      : []),
  ]
}

function consent({ language, state, words: said, canDecide }: Page<'consent'>, ticket: string): readonly Child[] {
  const word = wordsIn(language)
  return [
    section(
      null,
      h2(null, said.title),
      ...(decided[state] ? [p(null, decided[state][language])] : []),
      facts(said.lines.map(({ heading, text }) => [heading, text])),
    ),
    ...(canDecide
      ? [
          section(
            null,
            h2(null, word('agree')),
            answer(
              ticket,
              hidden('decision', 'sign'),
              label({ class: 'choice' }, input({ type: 'checkbox', name: 'agreed', value: 'yes', required: true }), word('read')),
              label(
                null,
                word('name'),
                input({ name: 'name', required: true, minlength: 2, maxlength: 200, autocomplete: 'name' }),
              ),
              send(word('sign')),
            ),
          ),
          section(
            null,
            h2(null, word('decline')),
            answer(ticket, hidden('decision', 'decline'), area('reason', word('why'), false), send(word('decline'))),
          ),
        ]
      : []),
  ]
}
