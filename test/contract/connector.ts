/** What every connector owes, whatever its partner's protocol. A flavour runs it with a partner of its own kind. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connector, Outcome } from '../../src/connectors/connector.ts'
import type { Fault } from '../../src/demo/sandbox/fhir-server.ts'

export interface Partner {
  readonly connector: Connector
  /** What goes wrong with the next requests, one after the other. */
  fault(...faults: (Fault | undefined)[]): void
  /** How many resources of a type the partner holds. */
  count(type: string): number
  close(): Promise<void>
}

/** What a partner cannot do, each with the reason. */
export interface Unable {
  readonly updates?: string
  readonly changes?: string
}

const identifier = { system: 'urn:ours', value: 'a-1' }
/** A patient as every partner takes one. */
const patient = (family: string): string =>
  JSON.stringify({
    resourceType: 'Patient',
    identifier: [{ assigner: { reference: 'Organization/1' } }, identifier],
    name: [{ use: 'official', family, given: ['Rosa'] }],
  })

const because = (reason: string | undefined): string => (reason === undefined ? '' : ` (not here: ${reason})`)

function value<T>(outcome: Outcome<T>): T {
  if (outcome.outcome !== 'delivered') throw new Error(`not delivered: ${JSON.stringify(outcome)}`)
  return outcome.value
}

export function connectorContract(name: string, open: () => Promise<Partner>, unable: Unable = {}): void {
  describe(`${name} keeps the connector's contract`, () => {
    let partner: Partner
    beforeEach(async () => {
      partner = await open()
    })
    afterEach(() => partner.close())

    it('creates once on our identifier, however many ask at once', async () => {
      const made = await Promise.all([1, 2, 3].map(() => partner.connector.create('Patient', patient('Rivera'), identifier)))
      expect(new Set(made.map((one) => value(one).id)).size).toBe(1)
      expect(partner.count('Patient')).toBe(1)
    })

    it('creates once on our identifier, and answers what stands there', async () => {
      const made = value(await partner.connector.create('Patient', patient('Rivera'), identifier))
      const again = value(await partner.connector.create('Patient', patient('Other'), identifier))
      expect([again.id, partner.count('Patient')]).toEqual([made.id, 1])
      expect(JSON.parse(again.text).name).toMatchObject([{ family: 'Rivera' }])
    })

    it('finds by identifier, reads by id, and says so where there is nothing', async () => {
      const made = value(await partner.connector.create('Patient', patient('Rivera'), identifier))
      expect(value(await partner.connector.find('Patient', identifier))?.id).toBe(made.id)
      expect(value(await partner.connector.read('Patient', made.id))?.version).toBe(made.version)
      expect(value(await partner.connector.find('Patient', { system: 'urn:ours', value: 'none' }))).toBeUndefined()
      expect(value(await partner.connector.read('Patient', 'none'))).toBeUndefined()
    })

    it.skipIf(unable.updates)(`updates the version it has read, and no other${because(unable.updates)}`, async () => {
      const made = value(await partner.connector.create('Patient', patient('Rivera'), identifier))
      const changing = JSON.stringify({
        ...JSON.parse(made.text),
        telecom: [{ system: 'phone', value: '555-0100', use: 'home' }],
      })
      const update = () => partner.connector.update('Patient', made.id, changing, made.version, made.text)
      const changed = value(await update())
      expect(changed.version).not.toBe(made.version)
      expect(JSON.parse(changed.text).telecom).toMatchObject([{ value: '555-0100' }])
      const stale = await update()
      expect(stale).toMatchObject({ outcome: 'refused', stale: true })
    })

    it('keeps the digits of numbers that come and go', async () => {
      const text = `{"resourceType":"Observation","identifier":[${JSON.stringify(identifier)}],"status":"final","code":{"text":"x"},"valueQuantity":{"value":1.50}}`
      expect(value(await partner.connector.create('Observation', text, identifier)).text).toMatch(/"value":1\.50?\b/)
    })

    it.skipIf(unable.changes)(`lists what has changed, page by page${because(unable.changes)}`, async () => {
      const values = ['a-1', 'a-2', 'a-3', 'a-4', 'a-5']
      const made: string[] = []
      for (const one of values) {
        const text = patient('Rivera').replace('a-1', one)
        made.push(value(await partner.connector.create('Patient', text, { ...identifier, value: one })).id)
      }
      const listed: string[] = []
      for (let next: string | undefined; ; ) {
        const page = value(await partner.connector.changedSince('Patient', undefined, next))
        listed.push(...page.items.map((item) => item.id))
        next = page.next
        if (next === undefined) break
      }
      expect(listed).toEqual(made)
    })

    it('asks nobody else for a page', async () => {
      const elsewhere = await partner.connector.changedSince(
        'Patient',
        undefined,
        'https://elsewhere.example/fhir/Patient?page=2',
      )
      expect(elsewhere).toMatchObject({ outcome: 'refused', status: 0 })
    })

    it('tells a partner that can be spoken to from one that cannot', async () => {
      expect((await partner.connector.test()).ok).toBe(true)
      partner.fault({ kind: 'status', status: 500, when: 'before' })
      expect(await partner.connector.test()).toMatchObject({ ok: false, problem: { code: 'partner-failed' } })
    })

    it.each<[string, Fault, object]>([
      ['a refusal', { kind: 'status', status: 422, when: 'before' }, { outcome: 'refused', status: 422, stale: false }],
      ['a conflict', { kind: 'status', status: 409, when: 'before' }, { outcome: 'refused', stale: true }],
      [
        'throttling',
        { kind: 'status', status: 429, when: 'before', retryAfter: 7 },
        { outcome: 'try-again', unanswered: false, afterMs: 7000 },
      ],
      [
        'an error that may have come after the fact',
        { kind: 'status', status: 500, when: 'after' },
        { outcome: 'try-again', unanswered: true },
      ],
      ['a connection cut after the request left', { kind: 'cut', when: 'after' }, { outcome: 'try-again', unanswered: true }],
    ])('tells %s for what it is', async (_, fault, expected) => {
      partner.fault(fault)
      expect(await partner.connector.create('Patient', patient('Rivera'), identifier)).toMatchObject(expected)
    })

    it('brings a create that was never answered to one resource, not two', async () => {
      partner.fault({ kind: 'cut', when: 'after' })
      await partner.connector.create('Patient', patient('Rivera'), identifier)
      expect([partner.connector.repeats('Patient'), partner.count('Patient')]).toEqual([true, 1])
      value(await partner.connector.create('Patient', patient('Rivera'), identifier))
      expect(partner.count('Patient')).toBe(1)
    })
  })
}
