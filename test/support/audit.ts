/** The audit, as an operator reads it. */
import { expect } from 'vitest'
import type { AuditLine } from '../../src/flows/audit/read-audit.ts'
import { adminToken, type TestGateway } from './gateway.ts'

export const operator = { authorization: `Bearer ${adminToken}` }

/** All lines, newest first; the looks at the audit itself left out. */
export async function auditOf(
  gateway: TestGateway,
  filter: Readonly<Record<string, string>> = {},
): Promise<readonly AuditLine[]> {
  const lines: AuditLine[] = []
  for (let after: string | null | undefined; after !== null; ) {
    const query = new URLSearchParams({ limit: '100', ...filter, ...(after && { after }) })
    const answer = await gateway.request(`/admin/audit?${query}`, { headers: operator })
    expect(answer.status).toBe(200)
    const page = (await answer.json()) as { items: AuditLine[]; next: string | null }
    lines.push(...page.items)
    after = page.next
  }
  return lines.filter(({ action }) => !action.endsWith('-audit'))
}

/** A line in short: what was done to what, and what came of it. */
export const told = ({ action, entities, outcome, code, query, versions }: AuditLine): string =>
  [action, query, ...entities, versions, outcome === 'success' ? undefined : `${outcome} (${code})`]
    .filter((part) => part !== undefined)
    .join(' ')
