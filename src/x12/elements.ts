/** Parts of loops that several of them have: days, numbers, addresses, people. */
import type { MailAddress, NamedClinician } from '../domain/billing-item.ts'
import { isNpi } from '../domain/npi.ts'
import type { Checked } from './checked.ts'
import type { Segment } from './segment.ts'

export const digits =
  (length: number) =>
  (text: string): boolean =>
    text.length === length && /^\d+$/.test(text)
export const withoutDashes = (text: string | undefined): string | undefined => text?.replace(/[- ]/g, '')
/** So many at a time. */
export const pieces = <T>(all: readonly T[], most: number): readonly (readonly T[])[] =>
  all.length <= most ? [all] : [all.slice(0, most), ...pieces(all.slice(most), most)]
const compact = (day: string): string => day.replaceAll('-', '')
const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text)
/** `2026-03-02` as D8 says it: `20260302`. */
export const day = (check: Checked, path: string, value: string | undefined): string =>
  compact(check.must(path, value, { most: 10, is: isDay }))

export const npi = (check: Checked, at: string, value: string | undefined): string =>
  check.must(`${at}.npi`, value, { most: 10, is: isNpi })

const isPostBox = (line: string): boolean => /^(p\.? ?o\.? ?box|post office box)\b/i.test(line)

/** N3 and N4. `street`: where the agency is, with the nine digits of its ZIP code; a post box is no such place. */
export function address(check: Checked, at: string, where: MailAddress | undefined, kind?: 'street'): readonly Segment[] {
  const [first, second, ...more] = where?.lines ?? []
  if (more.length > 0) check.lack('too-many', `${at}.lines`)
  const abroad = where?.country !== undefined && !/^(us|usa|united states)$/i.test(where.country)
  const zip = abroad ? where.postalCode : withoutDashes(where?.postalCode)
  const isZip = (text: string): boolean => digits(9)(text) || (kind === undefined && digits(5)(text))
  const line = { most: 55, is: (text: string) => kind === undefined || !isPostBox(text) }
  return [
    ['N3', check.must(`${at}.lines`, first, line), check.may(`${at}.lines`, second, line)],
    [
      'N4',
      check.must(`${at}.city`, where?.city, { least: 2, most: 30 }),
      abroad ? '' : check.must(`${at}.state`, where?.state, { most: 2, is: (text) => /^[A-Z]{2}$/.test(text) }),
      abroad
        ? check.may(`${at}.postalCode`, zip, { least: 3, most: 15 })
        : check.must(`${at}.postalCode`, zip, { most: 9, is: isZip }),
      abroad ? check.must(`${at}.country`, where.country, { most: 2, is: (text) => /^[A-Z]{2}$/.test(text) }) : '',
    ],
  ]
}

/** NM1 of a person with an NPI: 82 rendering, DN referring, DQ supervising. */
export function clinician(check: Checked, role: '82' | 'DN' | 'DQ', at: string, who: NamedClinician | undefined): Segment {
  const family = check.must(`${at}.family`, who?.family, { most: 60 })
  const given = check.may(`${at}.given`, who?.given, { most: 35 })
  return ['NM1', role, '1', family, given, '', '', '', 'XX', npi(check, at, who?.npi)]
}
