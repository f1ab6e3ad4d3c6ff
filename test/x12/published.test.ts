/** Our files beside claims that others have published: the same segments, one after the other. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { claimsOf } from '../../src/x12/claims.ts'
import { asFile, inFeed, lineItem, numbered } from '../support/claims.ts'
import { corpora } from '../support/corpora.ts'
import { type Read, readInterchange } from '../support/x12.ts'

/** What a segment is about: `NM1*85`, `HL*22`, `CLM`. */
const kind = ([id, first, , level]: readonly string[]): string =>
  id === 'HL' ? `HL*${level}` : /^(NM1|REF|DTP|PRV|PER)$/.test(id!) ? `${id}*${first}` : id!
const pairs = (segments: Read): readonly string[] => segments.slice(1).map((one, i) => `${kind(segments[i]!)} ${kind(one)}`)

function published(): readonly Read[] {
  const folder = join(corpora!, '6_x12')
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /837/.test(name) && /\.(837|txt)$/.test(name))
    .map((name) =>
      readFileSync(join(folder, name), 'utf8')
        .replace(/^\ufeff/, '')
        .replace(/[\r\n]+\s*/g, ''),
    )
  return texts.filter((text) => /^ISA.*\*005010X222(A\d)?~/.test(text)).map((text) => readInterchange(text).segments)
}

describe.skipIf(corpora === undefined)('claims that others have published (needs CORPORA)', () => {
  it('go from segment to segment as ours do', () => {
    const files = published()
    expect(files.length).toBeGreaterThan(15)
    const seen = new Set(files.flatMap(pairs))
    const { address } = lineItem().billingProvider!
    const whole = {
      authorization: { id: 'aut-1', number: 'A-1' },
      supervising: { id: 'prl-9', family: 'Bauer', npi: '1245319599' },
      facility: { id: 'loc-1', name: 'Lakeside School', address: { ...address!, lines: ['9 School Road'] } },
    }
    const claims = claimsOf(inFeed([lineItem(whole), lineItem({ ...whole, line: 'chg-2' })]))
    const ours = new Set(pairs(readInterchange(asFile(numbered(claims))).segments))
    // Nobody has published one with an authorization, or under supervision.
    expect([...ours].filter((pair) => !seen.has(pair))).toEqual(['CLM REF*G1', 'REF*G1 HI', 'NM1*DQ LX'])
  })
})
