/** An operator loads CMS's edits of the quarter at the command line, and lines are checked by them from then on. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type HttpServer, startHttpServer } from '../../src/node/http-server.ts'
import { type Agency, openAgency } from '../support/billing.ts'
import { runCommand } from '../support/cli.ts'
import { adminToken } from '../support/gateway.ts'

let agency: Agency
let server: HttpServer
beforeEach(async () => {
  agency = await openAgency()
  server = await startHttpServer(agency.gateway.app.fetch, '127.0.0.1', 0)
})
afterEach(async () => {
  await server.stop(0)
})

const files: Record<string, string> = {
  'pairs.txt': 'Column 1\tColumn 2\nH2011\tH0004\t20260101\t*\t0\tPolicy\nH2014\tH0038\t20260101\t*\t1\tPolicy\n',
  'others.txt': 'Column 1\tColumn 2\n00100\t0213T\t20100101\t*\t0\tPolicy\n',
  'units.csv':
    'Code,Units,Indicator,Rationale\nT1017,3,2 Date of Service Edit: Policy,CMS Policy\nH0034,1,"3 Date of Service Edit: Clinical",Data\n',
  'hospital.csv':
    'HCPCS/CPT Code,Outpatient Hospital Services MUE Values,MUE Adjudication Indicator,MUE Rationale\nT1017,3,1 Line Edit,Data\n',
  'letter.txt': 'Dear operator,\nplease find enclosed nothing.\n',
}
const run = (line: string) =>
  runCommand(line.split(' '), {
    env: { HANDOFF_BASE_URL: `http://127.0.0.1:${server.port}`, HANDOFF_ADMIN_TOKEN: adminToken },
    readFile: (path) => files[path],
  })
const standing = async (code: string, minutes: number) =>
  (await agency.lines(await agency.sign({ procedureCode: code }, minutes))).map(({ state, holdReasons, warnings }) => [
    state,
    holdReasons,
    warnings as string[],
  ])

it('pairs and units of Medicaid, for services of its quarter', async () => {
  const pairs = await run('edits pairs medicaid 2026-01-01 pairs.txt others.txt')
  expect([pairs.code, JSON.parse(pairs.out.join(''))]).toEqual([
    0,
    { programme: 'medicaid', from: '2026-01-01', pairs: 2, units: 0 },
  ])
  expect(pairs.err).toEqual([
    'pairs.txt: 2 edits, and 0 about codes that are not billed here.',
    'others.txt: 0 edits, and 1 about codes that are not billed here.',
  ])
  expect((await run('edits units medicaid 2026-01-01 units.csv')).code).toBe(0)

  expect(await standing('H2011', 30)).toEqual([['ready', [], []]])
  expect(await standing('H0004', 30)).toEqual([['held', ['code-conflict'], []]])
  expect(await standing('H0038', 30)).toEqual([['ready', [], []]])
  expect(await standing('H2014', 30)).toEqual([['ready', [], ['modifier-wanted']]])
  expect(await standing('T1017', 30)).toEqual([['ready', [], []]])
  expect(await standing('T1017', 30)).toEqual([['held', ['units-over'], []]])
  expect(await standing('H0034', 30)).toEqual([['ready', [], ['units-over']]])
})

it('a later table replaces the pairs, and says nothing of services before its quarter', async () => {
  await run('edits pairs medicaid 2026-01-01 pairs.txt')
  await run('edits pairs medicaid 2026-04-01 others.txt')
  await run('edits units medicaid 2026-04-01 units.csv')
  await standing('H2011', 30)
  expect(await standing('H0004', 30)).toEqual([['ready', [], []]])
  expect(await standing('T1017', 120)).toEqual([['ready', [], []]])
})

it('what is no such table is refused, and changes nothing', async () => {
  const letter = await run('edits pairs medicaid 2026-01-01 letter.txt')
  expect([letter.code, letter.err]).toEqual([78, ['letter.txt holds no such edits.']])
  const hospital = await run('edits units medicare 2026-01-01 hospital.csv')
  expect([hospital.code, hospital.err]).toEqual([
    78,
    ['hospital.csv holds edits of hospitals or suppliers: those of practitioners are wanted.'],
  ])
  expect((await run('edits pairs medicaid 2026-01-01 missing.txt')).code).toBe(78)
  expect((await run('edits pairs medicaid 2026-02-30x pairs.txt')).code).toBe(2)
  expect((await run('edits pears medicaid 2026-01-01 pairs.txt')).code).toBe(2)
  const answer = await agency.gateway.request('/admin/claim-edits', {
    method: 'PUT',
    json: { programme: 'medicaid', from: '2026-13-01' },
  })
  expect([answer.status, ((await answer.json()) as { issues: object[] }).issues]).toMatchObject([400, [{ path: 'from' }]])
})
