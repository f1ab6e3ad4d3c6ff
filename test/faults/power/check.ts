/** Everything that was promised is there, once and whole; and nothing else is there by halves. As the API tells it, and as the file has it. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { startGateway, type TestGateway } from '../../support/gateway.ts'
import { discharge, type Fact, hospital, loadSize, markOf, system } from './work.ts'

type Row = Record<string, string | number | null>
interface Searched {
  readonly entry?: readonly { readonly resource: { readonly id: string } }[]
}

/** What is wrong with the store of a folder, in words; opens it as users do. */
export async function faultsOf(folder: string, facts: readonly Fact[]): Promise<readonly string[]> {
  let gateway: TestGateway
  try {
    gateway = await startGateway({ store: `sqlite:${folder}` })
    // A tenant's store opens when it is first asked for.
    await gateway.request('/readyz')
  } catch (error) {
    return [`does not open: ${error}`]
  }
  const told: string[] = []
  try {
    await askApi(gateway, facts, told)
  } catch (error) {
    told.push(`cannot be asked: ${error}`)
  }
  await gateway.stop().catch((error) => told.push(`does not close: ${error}`))
  try {
    readFile(folder, facts, told)
  } catch (error) {
    told.push(`cannot be read: ${error}`)
  }
  return told
}

async function askApi(gateway: TestGateway, facts: readonly Fact[], told: string[]): Promise<void> {
  const get = async <T>(path: string): Promise<T> => (await (await gateway.request(path)).json()) as T
  const expect = (is: unknown, should: unknown, what: string) =>
    void (JSON.stringify(is) === JSON.stringify(should) || told.push(`${what}: ${JSON.stringify(is)}`))
  const find = async (type: string, values: readonly string[]): Promise<readonly string[]> => {
    const query = new URLSearchParams({ identifier: values.join(','), _count: '500' })
    return ((await get<Searched>(`/fhir/${type}?${query}`)).entry ?? []).map(({ resource }) => resource.id)
  }
  const numbers = (kind: Fact['is']) => facts.flatMap((fact) => (fact.is === kind && 'n' in fact ? [fact.n] : []))
  // The index agrees with the resources: all that it should find, by value.
  const bundles = numbers('bundle')
  for (const some of [bundles.slice(0, 100), bundles.slice(-100)])
    for (const type of some.length > 0 ? ['Patient', 'Encounter', 'Flag'] : []) {
      const found = await find(
        type,
        some.map((n) => `${system}|${markOf(n)}`),
      )
      expect(found.length, some.length, `${type} found of ${some.length}`)
    }
  for (const n of numbers('message').slice(-5)) {
    expect((await find('Encounter', [`V-${markOf(n)}`])).length, 1, `stay ${n}`)
    const [client] = await find('Patient', [`${hospital}|${n}`])
    const followUps = await get<{ items: object[] }>(`/coordination/follow-ups?client=${client}`)
    expect(followUps.items?.length, 3, `follow-ups of ${n}`)
    const repeated = await gateway.request('/hl7v2', { method: 'POST', body: discharge(n) })
    expect((await repeated.text()).includes('MSA|AA'), true, `message ${n} again`)
    expect((await find('Encounter', [`V-${markOf(n)}`])).length, 1, `stay ${n} after its repeat`)
  }
  for (const fact of facts) {
    if (fact.is === 'version')
      expect((await gateway.request(`/fhir/Basic/${fact.id}/_history/${fact.version}`)).status, 200, `${fact.id} ${fact.version}`)
    if (fact.is === 'session')
      expect((await get<{ state: string }>(`/coordination/sessions/${fact.id}`)).state, 'signed', `session ${fact.id}`)
    if (fact.is === 'billed')
      expect((await get<{ state: string }>(`/coordination/service-lines/${fact.id}`)).state, 'billed', `line ${fact.id}`)
  }
  const fed: string[] = []
  for (let page = '/billing/service-lines?limit=10'; ; ) {
    const { items, next } = await get<{ items: { line: string; version: number }[]; next: string }>(page)
    fed.push(...items.map(({ line, version }) => `${line} ${version}`))
    if (items.length === 0) break
    page = `/billing/service-lines?limit=10&after=${next}`
  }
  expect(new Set(fed).size, fed.length, 'lines fed twice')
  for (const fact of facts)
    if (fact.is === 'billed') expect(fed.filter((line) => line.startsWith(`${fact.id} `)).length, 1, `fed line ${fact.id}`)
  const { broken = null } = await get<{ broken?: number }>('/admin/audit/check')
  expect(broken, null, 'audit is broken at')
  const after = await gateway.request('/fhir/Basic', { method: 'POST', json: { resourceType: 'Basic', code: { text: 'after' } } })
  expect(after.status, 201, 'takes no more')
}

function readFile(folder: string, facts: readonly Fact[], told: string[]): void {
  const db = new DatabaseSync(join(folder, 'default.sqlite'), { readOnly: true })
  const rows = (sql: string): Row[] => db.prepare(sql).all() as Row[]
  const none = (what: string, sql: string) => {
    const found = rows(sql)
    if (found.length > 0) told.push(`${what}: ${found.length}, such as ${JSON.stringify(found[0])}`)
  }
  const integrity = rows('PRAGMA integrity_check')
  if (integrity[0]?.integrity_check !== 'ok') told.push(`integrity: ${JSON.stringify(integrity[0])}`)
  none('gaps in versions', 'SELECT resource FROM version GROUP BY resource HAVING count(*) <> max(version) OR min(version) <> 1')
  none(
    'resources beside their last version',
    'SELECT r.id FROM resource r LEFT JOIN version v ON v.row = r.current WHERE v.version IS NOT r.version OR v.resource <> r.number',
  )
  none('gaps in commits', 'SELECT count(*) FROM moment HAVING count(*) <> max(sequence) - min(sequence) + 1')
  none('versions without a commit', 'SELECT row FROM version WHERE sequence NOT IN (SELECT sequence FROM moment)')
  none('commits without an audit line', 'SELECT sequence FROM version WHERE sequence NOT IN (SELECT sequence FROM audit)')
  none(
    'versions nobody is sent',
    `SELECT r.id FROM version v JOIN resource r ON r.number = v.resource WHERE v.type IN ('Patient', 'Flag') AND NOT EXISTS
      (SELECT 1 FROM delivery d WHERE d.type = r.type AND d.resource = r.id AND d.version = v.version AND d.connection = 'harbor')`,
  )
  none('deliveries twice', 'SELECT resource FROM delivery GROUP BY type, resource, version HAVING count(*) > 1')
  none(
    'deliveries of nothing',
    'SELECT id FROM delivery d WHERE NOT EXISTS (SELECT 1 FROM resource r WHERE r.type = d.type AND r.id = d.resource)',
  )
  none(
    'messages by halves',
    `SELECT m.id FROM message m, json_each(m.wrote) w WHERE json_array_length(m.wrote) < 5
      OR w.value NOT IN (SELECT type || '/' || id FROM resource)`,
  )
  const messages = new Set(
    rows("SELECT raw FROM message WHERE state = 'applied'").map(({ raw }) => /power-\d+/.exec(textOf(raw))?.[0]),
  )
  const loads = countsBy("SELECT substr(id, 6, instr(substr(id, 6), '-') - 1) n FROM resource WHERE id LIKE 'load-%'", rows)
  const bundles = countsBy(
    `SELECT substr(v.text, instr(v.text, '"power-') + 7, 6) n FROM resource r JOIN version v ON v.row = r.current
      WHERE r.type IN ('Patient', 'Encounter', 'Flag') AND v.text LIKE '%"power-%'`,
    rows,
  )
  db.close()
  for (const [n, count] of bundles) if (count !== 3) told.push(`bundle ${n} has ${count} of 3`)
  for (const [n, count] of loads) if (count !== loadSize) told.push(`load ${n} has ${count}`)
  for (const fact of facts) {
    if (fact.is === 'bundle' && !bundles.has(fact.n)) told.push(`bundle ${fact.n} is lost`)
    if (fact.is === 'load' && !loads.has(fact.n)) told.push(`load ${fact.n} is lost`)
    if (fact.is === 'message' && !messages.has(markOf(fact.n))) told.push(`message ${fact.n} is lost`)
  }
}

function countsBy(sql: string, rows: (sql: string) => Row[]): ReadonlyMap<number, number> {
  return new Map(rows(`SELECT n, count(*) c FROM (${sql}) GROUP BY n`).map(({ n, c }) => [Number(n), Number(c)]))
}

/** As it was received, as text: `raw` may be base 64. */
const textOf = (raw: unknown): string =>
  String(raw).includes('MSH') ? String(raw) : Buffer.from(String(raw), 'base64').toString()
