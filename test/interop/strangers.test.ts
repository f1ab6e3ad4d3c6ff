/**
 * Clients that others have written do their daily work against a running gateway, without a workaround: create, read, update, patch,
 * delete, history, search with pages, transactions. `run.sh` beside it does the same with clients that are no packages of ours.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MedplumClient, OperationOutcomeError } from '@medplum/core'
import type { Bundle, Observation, Patient } from '@medplum/fhirtypes'
import { Client as FhirKitClient } from 'fhir-kit-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, type Gateway, startProcess } from '../faults/process.ts'

let folder: string
let gateway: Gateway
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'handoff-strangers-'))
  gateway = await startProcess(folder, await freePort())
})
afterAll(async () => {
  await gateway.stop()
  rmSync(folder, { recursive: true, force: true })
})

const rosa = (tag: string): Patient => ({
  resourceType: 'Patient',
  identifier: [{ system: 'urn:strangers', value: tag }],
  name: [{ family: 'Quintero', given: ['Rosa'] }],
  birthDate: '1990-04-01',
})
const pressure = (patient: string, value: number): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
  subject: { reference: patient },
  effectiveDateTime: `2026-03-${String(value % 28 || 28).padStart(2, '0')}`,
  valueQuantity: { value, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
})
const admission = (tag: string): Bundle => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    {
      fullUrl: 'urn:uuid:0c3201bd-1cbf-4d64-b04d-cd9187a4c6e0',
      resource: rosa(tag),
      request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=urn:strangers|${tag}` },
    },
    ...[61, 62, 63].map((value) => ({
      resource: pressure('urn:uuid:0c3201bd-1cbf-4d64-b04d-cd9187a4c6e0', value),
      request: { method: 'POST' as const, url: 'Observation' },
    })),
  ],
})

describe('MedplumClient', () => {
  const client = () => new MedplumClient({ baseUrl: `${gateway.url}/`, fhirUrlPath: 'fhir', fetch, cacheTime: 0 })

  test('creates, reads, updates, patches, lists versions and deletes', async () => {
    const medplum = client()
    const made = await medplum.createResource(rosa('medplum'))
    expect(await medplum.readResource('Patient', made.id)).toEqual(made)
    const changed = await medplum.updateResource({ ...made, birthDate: '1990-04-02' })
    expect(changed.meta?.versionId).toBe('2')
    const patched = await medplum.patchResource('Patient', made.id, [{ op: 'add', path: '/gender', value: 'female' }])
    expect(patched).toMatchObject({ gender: 'female', birthDate: '1990-04-02' })
    const history = await medplum.readHistory('Patient', made.id)
    expect(history.entry?.map(({ resource }) => resource?.meta?.versionId)).toEqual(['3', '2', '1'])
    expect(await medplum.readVersion('Patient', made.id, '1')).toEqual(made)
    await medplum.deleteResource('Patient', made.id)
    await expect(medplum.readResource('Patient', made.id)).rejects.toBeInstanceOf(OperationOutcomeError)
  })

  test('creates once where there is none', async () => {
    const medplum = client()
    const query = 'identifier=urn:strangers|once'
    const first = await medplum.createResourceIfNoneExist(rosa('once'), query)
    expect((await medplum.createResourceIfNoneExist(rosa('once'), query)).id).toBe(first.id)
    const upserted = await medplum.upsertResource({ ...rosa('once'), gender: 'female' }, query)
    expect(upserted).toMatchObject({ id: first.id, gender: 'female' })
  })

  test('executes a transaction and walks through pages of what it finds', async () => {
    const medplum = client()
    const answer = await medplum.executeBatch(admission('walk'))
    expect(answer.entry?.map(({ response }) => response?.status.slice(0, 3))).toEqual(['201', '201', '201', '201'])
    const values: (number | undefined)[] = []
    for await (const page of medplum.searchResourcePages('Observation', {
      'subject:Patient.identifier': 'urn:strangers|walk',
      _sort: 'date',
      _count: '2',
    })) {
      values.push(...page.map((one) => one.valueQuantity?.value))
    }
    expect(values).toEqual([61, 62, 63].sort((a, b) => (a % 28) - (b % 28)))
  })

  test('is told what is wrong', async () => {
    const wrong = client().createResource({ resourceType: 'Patient', gender: 'of course' } as unknown as Patient)
    await expect(wrong).rejects.toMatchObject({ outcome: { resourceType: 'OperationOutcome', issue: [{ severity: 'error' }] } })
    expect(await client().validateResource(rosa('valid'))).toMatchObject({ resourceType: 'OperationOutcome' })
  })
})

describe('fhir-kit-client', () => {
  const client = () => new FhirKitClient({ baseUrl: `${gateway.url}/fhir` })

  test('creates, reads, updates, patches, lists versions and deletes', async () => {
    const kit = client()
    const made = (await kit.create({ resourceType: 'Patient', body: rosa('kit') as never })) as unknown as Patient & {
      id: string
    }
    const at = { resourceType: 'Patient', id: made.id }
    expect(await kit.read(at)).toEqual(made)
    await kit.update({ ...at, body: { ...made, birthDate: '1990-04-02' } as never })
    await kit.patch({ ...at, jsonPatch: [{ op: 'add', path: '/gender', value: 'female' }] as never })
    expect(await kit.vread({ ...at, version: '3' })).toMatchObject({ gender: 'female', birthDate: '1990-04-02' })
    expect(await kit.history(at)).toMatchObject({ type: 'history', entry: [{}, {}, {}] })
    await kit.delete(at)
    await expect(kit.read(at)).rejects.toMatchObject({ response: { status: 410 } })
  })

  test('executes a transaction, searches, and turns pages', async () => {
    const kit = client()
    expect(await kit.transaction({ body: admission('kit-walk') as never })).toMatchObject({ type: 'transaction-response' })
    const first = (await kit.search({
      resourceType: 'Observation',
      searchParams: { 'patient.identifier': 'urn:strangers|kit-walk', _count: 2 } as never,
    })) as unknown as Bundle
    expect(first.entry).toHaveLength(2)
    const second = (await kit.nextPage({ bundle: first as never })) as unknown as Bundle
    expect(second.entry).toHaveLength(1)
    expect(await kit.nextPage({ bundle: second as never })).toBeUndefined()
    const posted = await kit.resourceSearch({
      resourceType: 'Patient',
      searchParams: { identifier: 'urn:strangers|kit-walk' },
      options: { postSearch: true },
    } as never)
    expect(posted).toMatchObject({ type: 'searchset', entry: [{ search: { mode: 'match' } }] })
  })

  test('reads what the server can do', async () => {
    expect(await client().capabilityStatement()).toMatchObject({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' })
  })
})
