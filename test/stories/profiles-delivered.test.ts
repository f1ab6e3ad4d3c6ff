/** What leaves says which of our profiles it keeps: then, there, and only if it does. The record itself is not touched for it. */
import { afterEach, expect, it } from 'vitest'
import { ownProfiles } from '../../src/fhir/profiles/own.ts'
import { marisol, put, say } from '../support/coordination.ts'
import { type Told, tell } from '../support/partner.ts'

const base = 'https://warm-handoff.example/fhir/StructureDefinition'
const visit = {
  resourceType: 'Appointment',
  id: 'apt-1',
  status: 'booked',
  start: '2026-03-20T10:00:00-04:00',
  end: '2026-03-20T10:50:00-04:00',
  participant: [{ actor: { reference: 'Patient/cli-marisol' }, status: 'accepted' }],
}
const theirs = 'https://guide.example/StructureDefinition/visit'

let told: Told
afterEach(() => told.end())
const start = async (flavour = 'fhir-r4') => {
  told = await tell({ partner: flavour, flavour, push: ['Patient', 'Appointment'] })
  await put(told.gateway, marisol)
}
const there = () => told.partner.all('Appointment')[0]!
const profiles = () => (there().meta as { profile?: readonly string[] }).profile

it('claims the profile of what it is, beside what it claimed itself', async () => {
  await start()
  const sent = { ...visit, meta: { profile: [theirs] } }
  await told.send(sent)
  expect(profiles()).toEqual([theirs, `${base}/handoff-appointment`])
  expect(ownProfiles().keeps(there())).toBe(true)
  expect((await say(told.gateway, 'GET', '/fhir/Appointment/apt-1')).body.meta.profile).toEqual([theirs])
  // Too little is known of her.
  expect((told.partner.all('Patient')[0]!.meta as { profile?: unknown }).profile).toBeUndefined()
})

it('claims what derives from US Core where all is kept that US Core asks', async () => {
  told = await tell({ partner: 'fhir-r4', flavour: 'fhir-r4', push: ['CareTeam'] })
  const member = { role: [{ text: 'case manager' }], member: { display: 'Dana Whitfield' } }
  const team = (participant: object[]) => ({
    resourceType: 'CareTeam',
    id: 'team-1',
    status: 'active',
    name: 'Harbor',
    subject: { reference: 'Patient/cli-marisol' },
    participant,
  })
  await put(told.gateway, marisol)
  await told.send(team([member]))
  const claims = () => (told.partner.all('CareTeam')[0]!.meta as { profile?: unknown }).profile
  expect(claims()).toEqual([`${base}/handoff-care-team`])
  await told.send(team([{ ...member, role: [...member.role, { text: 'another' }] }]))
  expect(told.partner.all('CareTeam')[0]!.participant).toMatchObject([{ role: [{}, {}] }])
  expect(claims()).toBeUndefined()
})

it('claims nothing that it does not keep, and takes back what it no longer does', async () => {
  await start()
  await told.send(visit)
  expect(profiles()).toEqual([`${base}/handoff-appointment`])
  const { participant: _, ...rest } = visit
  const extension = [{ url: `${base}/modality`, valueString: 'by drum' }]
  await told.send({ ...rest, participant: visit.participant, extension } as typeof visit)
  expect(there().extension).toEqual(extension)
  expect(profiles()).toBeUndefined()
  expect([await told.dead(), await told.conflicts()]).toEqual([[], []])
})

it('is not written again to a partner that drops claims', async () => {
  await start()
  await told.send(visit)
  told.partner.edit('Appointment', there().id, (resource) => {
    const { versionId, lastUpdated } = resource.meta
    return { ...resource, meta: { versionId, lastUpdated } }
  })
  const { length } = told.partner.writes
  await told.send(visit)
  expect(told.partner.writes).toHaveLength(length)
  await told.send({ ...visit, end: '2026-03-20T11:00:00-04:00' })
  expect(told.partner.writes).toHaveLength(length + 1)
  expect([await told.dead(), await told.conflicts()]).toEqual([[], []])
})
