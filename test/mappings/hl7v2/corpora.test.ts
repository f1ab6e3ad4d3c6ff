/** Other people's HL7 v2 messages: each is a reading or a list of placed issues, and each gets a well-formed answer. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Hl7Message } from '@medplum/core'
import { describe, expect, test } from 'vitest'
import { adtEvents } from '../../../mappings/hl7v2/adt.ts'
import { readV2 } from '../../../mappings/hl7v2/reading.ts'
import { acknowledge, answerBytes } from '../../../src/hl7v2/acknowledge.ts'
import { headerOf, readMessage } from '../../../src/hl7v2/message.ts'
import { bytesOf, keepBytes } from '../../../src/hl7v2/raw.ts'
import { corpora } from '../../support/corpora.ts'
import { stBrendan } from './support.ts'

const folder = corpora && join(corpora, '3_hl7v2')
const files = folder
  ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.hl7'))
      .sort()
  : []

const samples = files.map((name) => {
  const sent = Uint8Array.from(readFileSync(join(folder!, name)))
  const message = readMessage(sent)
  return { name, sent, read: message.ok ? readV2(message.value, stBrendan) : message }
})

/** "MSH-9, MSH-10, a PID-3 with an authority, and PV1", found without any of our own code. */
function looksReadable(sent: Uint8Array): boolean {
  const lines = new TextDecoder()
    .decode(sent)
    .trim()
    .split(/[\r\n]+/)
  if (!/^MSH\|\^~\\&\|/.test(lines[0]!) || lines.filter((line) => line.startsWith('MSH|')).length !== 1) return false
  const [msh, pid, pv1] = ['MSH', 'PID', 'PV1'].map((name) => lines.find((line) => line.startsWith(`${name}|`))?.split('|'))
  const [type, trigger] = msh?.[8]?.split('^') ?? []
  const assigned = pid?.[3]?.split('~').some((one) => /^[^^]+\^[^^]*\^[^^]*\^[^^]/.test(one))
  const version = /^2\.\d(\.\d)?(\^|$)/.test(msh?.[11]?.trim() || '2.5')
  return (
    type === 'ADT' && Object.hasOwn(adtEvents, trigger ?? '') && version && !!msh?.[9]?.trim() && !!assigned && pv1 !== undefined
  )
}

describe.skipIf(samples.length === 0)('the corpus of HL7 v2 messages (needs CORPORA)', () => {
  test('each is a reading, or a problem whose issues have places', () => {
    const counts = new Map<string, number>()
    const count = (kind: string) => counts.set(kind, (counts.get(kind) ?? 0) + 1)
    for (const { name, read } of samples) {
      const issues = read.ok ? read.value.issues : read.problem.issues
      count(
        read.ok
          ? `= read as ${'event' in read.value ? read.value.event : Object.keys(read.value).at(-1)}`
          : `= ${read.problem.code}`,
      )
      for (const issue of issues) {
        expect(issue.path, name).toMatch(/^[A-Z][A-Z0-9]{2}/)
        count(`${read.ok ? 'read' : read.problem.code}: ${issue.path?.replaceAll(/\[\d+\]/g, '')} ${issue.message}`)
      }
      if (!read.ok && issues.length === 0) expect(['The message is empty.'], name).toContain(read.problem.detail)
    }
    const table = [...counts]
      .sort(([a, n], [b, m]) => m - n || a.localeCompare(b))
      .map(([kind, n]) => `${String(n).padStart(5)}  ${kind}`)
    process.stdout.write(`${samples.length} messages\n${table.join('\n')}\n`)
  })

  test('each that is readable is read', () => {
    const readable = samples.filter(({ sent }) => looksReadable(sent))
    expect(readable.length).toBeGreaterThan(30)
    expect(readable.filter(({ read }) => !read.ok).map(({ name }) => name)).toEqual([])
  })

  test('each gets an answer that another parser reads, with its own control id', () => {
    for (const { name, sent, read } of samples) {
      const header = headerOf(sent)
      const outcome = read.ok ? ({ accepted: true } as const) : ({ accepted: false, problem: read.problem } as const)
      const answer = acknowledge(header, outcome, { id: 'ack-1', at: '2026-03-01T09:30:00.000Z' })
      const back = Hl7Message.parse(new TextDecoder().decode(answerBytes(answer.text)))
      const msa = back.getSegment('MSA')!
      expect(msa.getField(1).toString(), name).toMatch(read.ok ? /^[AC]A$/ : /^[AC][ER]$/)
      expect(msa.getField(2)?.toString() ?? '', name).toBe(header?.msh.raw(10) ?? '')
      expect(back.getAllSegments('ERR').length > 0, name).toBe(!read.ok)
    }
  })

  test('each is kept to the byte', () => {
    for (const { name, sent } of samples) expect(Buffer.compare(bytesOf(keepBytes(sent)), sent), name).toBe(0)
  })
})

test.runIf(samples.length === 0).skip('the corpus of HL7 v2 messages is absent: set CORPORA', () => {})
