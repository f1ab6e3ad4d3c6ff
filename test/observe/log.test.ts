import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLog, events, trace } from '../../src/observe/log.ts'

const lines: string[] = []
const open = (level: 'debug' | 'info' | 'warn' | 'silent' = 'info') => {
  lines.length = 0
  return createLog({ level, clock: () => 1_700_000_000_000, write: (line) => lines.push(line) })
}

describe('the log', () => {
  test('writes an event as one line of JSON with its level and time', () => {
    open()('token-issued', { client: 'client-1', status: 200 })
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0]!)).toEqual({
      level: 30,
      time: 1_700_000_000_000,
      event: 'token-issued',
      client: 'client-1',
      status: 200,
    })
    expect(lines[0]).toMatch(/\n$/)
  })

  test('is quiet below its level', () => {
    open('warn')('token-issued', { client: 'c' })
    expect(lines).toEqual([])
    open('silent')('request-failed', { incident: 'i' })
    expect(lines).toEqual([])
  })

  test('withholds what is not an id or a code, wherever it came from', () => {
    open()('message-held', { code: 'Patient Rosa Delgado, born 1961', at: ['fine.ts:1:2', 'not so fine'] })
    expect(lines[0]).not.toContain('Rosa')
    expect(JSON.parse(lines[0]!)).toMatchObject({ code: '[withheld]', at: ['fine.ts:1:2', '[withheld]'] })
  })

  test('never lets a blank, a line end or a non-ASCII letter through', () => {
    const log = open()
    fc.assert(
      fc.property(fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }), (text) => {
        lines.length = 0
        log('message-held', { code: text })
        const { code } = JSON.parse(lines[0]!) as { code: string }
        return code === '[withheld]' || /^[\x21-\x7e]+$/.test(code)
      }),
    )
  })

  test('knows a level for every event', () => {
    for (const level of Object.values(events)) expect(['debug', 'info', 'warn', 'error']).toContain(level)
  })
})

describe('a trace', () => {
  test('names the class and the places of an error, not its text', () => {
    const traced = trace(new TypeError('cannot read Rosa Delgado'))
    expect(traced.error).toBe('TypeError')
    expect(traced.at?.[0]).toMatch(/log\.test\.ts:\d+:\d+$/)
    expect(JSON.stringify(traced)).not.toContain('Rosa')
  })

  test('is not misled by a text that looks like a place', () => {
    const traced = trace(new Error('first line\n    at /home/Rosa/Delgado.ts:19:61'))
    expect(JSON.stringify(traced)).not.toContain('Rosa')
  })

  test('takes anything that was thrown', () => {
    expect(trace('a text')).toEqual({ error: 'string' })
    expect(trace(undefined)).toEqual({ error: 'undefined' })
  })
})
