/**
 * The console on conflicts: a list by ids and names of fields alone, and a page for each with what both sides say, where a person settles it
 * field by field. What has changed since the page was shown is not settled by it.
 */
import type { Child } from 'hono/jsx'
import { fingerprint } from '../access/secret.ts'
import { fail, ok, type Result } from '../domain/problem.ts'
import type { Told } from '../gateway.ts'
import { exactJson } from '../http/body.ts'
import type { Ctx } from '../http/env.ts'
import { a, button, code, div, fieldset, form, hidden, input, label, legend, p, pre, section, textarea } from './html.ts'
import { list, moment, note } from './page.ts'
import { fieldsOf } from './pages.ts'
import { type Place, records } from './place.ts'

const path = '/console/conflicts'

export async function conflicts(c: Ctx, place: Place): Promise<Child> {
  const page = await c.get('desk').listConflicts({ ...records(place), room: c.get('limits').page })
  const rows = page.items.flatMap((one) =>
    'elements' in one
      ? [
          [
            a({ href: `${path}/${one.id}` }, code(null, recordOf(one))),
            one.deletedThere ? 'deleted there' : one.elements.join(', '),
            one.connection,
            moment(one.at),
          ],
        ]
      : [],
  )
  const columns = ['to be settled', 'about', 'with', 'found']
  return list('Conflicts with partners', columns, rows, 'Both sides agree.', place.more(page.next))
}

const recordOf = ({ collection, resource }: { readonly collection?: string; readonly resource: string }): string =>
  collection === undefined ? resource : `${collection}/${resource.split('/')[1]}`

type Shown = Told<'showConflict'>
type Contested = Shown['fields'][string]

/** Fails `not-found`. */
export async function conflict(c: Ctx, id: string): Promise<Result<readonly Child[]>> {
  const found = await c.get('desk').showConflict(id)
  if (!found.ok) return found
  const one = found.value
  const { connection, at, reason, withheld, fields, deletedThere } = one
  const about = note(
    `${recordOf(one)} and ${connection}`,
    deletedThere
      ? `${connection} has deleted it. It stands here as it was.`
      : 'Both sides changed the same. Until it is settled, each side keeps what it has.',
    ...(reason === undefined ? [] : [p(null, reason)]),
    p(null, 'Found ', moment(at)),
  )
  if (withheld) return ok([about, note('What both sides say', 'It is not shown to you, nor is it yours to settle.')])
  const settling = form(
    { method: 'post', action: `${path}/${id}`, class: 'settle' },
    hidden('seen', seenAs(one)),
    ...Object.entries(fields).map(([name, said]) =>
      deletedThere ? ofDeletion(name, connection) : ofField(name, said, connection),
    ),
    p(null, button({ type: 'submit' }, 'Settle')),
  )
  return ok([about, section(null, settling)])
}

function ofField(name: string, { ours, theirs }: Contested, connection: string): Child {
  const value = ours ?? theirs
  const plain = isPlain(ours) && isPlain(theirs)
  return fieldset(
    null,
    legend(null, name),
    div({ class: 'sides' }, side(name, 'ours', 'Ours', said(ours)), side(name, 'theirs', `Theirs (${connection})`, said(theirs))),
    div(
      { class: 'another' },
      choice(name, 'another', 'Another value'),
      textarea(
        {
          name: `value.${name}`,
          rows: plain ? 2 : 6,
          'aria-label': `${name}: another value`,
          spellcheck: plain ? 'true' : 'false',
        },
        asText(value),
      ),
      hidden(`form.${name}`, plain ? 'text' : 'json'),
    ),
    choice(name, '', 'Leave it open', true),
  )
}

const ofDeletion = (name: string, connection: string): Child =>
  fieldset(
    null,
    legend(null, 'The record'),
    choice(name, 'ours', `It stays here, and ${connection} is sent it again where it is sent such records`),
    choice(name, 'theirs', 'It is deleted here, too'),
    choice(name, '', 'Leave it open', true),
  )

const side = (name: string, whose: string, heading: string, value: Child): Child => div(null, choice(name, whose, heading), value)

const choice = (name: string, value: string, text: string, checked = false): Child =>
  label(
    { class: 'choice' },
    input({ type: 'radio', name: `choice.${name}`, value, 'aria-label': `${name}: ${text}`, ...(checked && { checked }) }),
    text,
  )

/** Edited as it stands; whatever else, as JSON. */
const isPlain = (value: unknown): boolean => value === undefined || typeof value === 'string'
const asText = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value, null, 2)
const said = (value: unknown): Child => (value === undefined ? p({ class: 'soft' }, 'nothing') : pre(null, asText(value)))

const seenAs = ({ fields }: Shown): string => fingerprint(JSON.stringify(fields))

/** What was posted, settled; answers where to look next. Fails `conflict` where it is no longer what was seen. */
export async function settle(c: Ctx, id: string): Promise<Result<string>> {
  const found = await c.get('desk').showConflict(id)
  if (!found.ok) return found
  const posted = fieldsOf(c)
  if (posted.get('seen') !== seenAs(found.value))
    return fail('conflict', 'One side has changed since this page was shown: look at it again.')
  const choices = chosen(Object.keys(found.value.fields), posted)
  if (!choices.ok) return choices
  const done = await c.get('desk').resolveConflict(id, { fields: choices.value })
  if (!done.ok) return done
  const rest = await c.get('desk').showConflict(id)
  return ok(rest.ok ? `${path}/${id}` : path)
}

function chosen(names: readonly string[], posted: URLSearchParams): Result<Record<string, unknown>> {
  const choices: Record<string, unknown> = {}
  for (const name of names) {
    const choice = posted.get(`choice.${name}`) ?? ''
    if (choice === '') continue
    if (choice !== 'another') {
      choices[name] = choice
      continue
    }
    const value = valueIn(posted.get(`value.${name}`) ?? '', posted.get(`form.${name}`) === 'text')
    if (!value.ok) return fail('invalid', 'Another value for this is JSON.', { issues: [{ path: name, message: 'is no JSON' }] })
    choices[name] = { value: value.value }
  }
  return Object.keys(choices).length > 0 ? ok(choices) : fail('invalid', 'Nothing was chosen: it is all open still.')
}

function valueIn(text: string, isText: boolean): Result<unknown> {
  if (isText) return ok(text.replaceAll('\r\n', '\n'))
  const read = exactJson(`{"value":${text}}`)
  return read.ok && Object.keys(read.value).length === 1 ? ok(read.value.value) : fail('invalid', 'It is no JSON.')
}
