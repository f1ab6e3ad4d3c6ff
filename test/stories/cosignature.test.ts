/** What an intern has signed is not billed before the supervisor has signed it, too. */
import { expect, it } from 'vitest'
import { type Agency, feed, openAgency } from '../support/billing.ts'

let agency: Agency

const ours = (name: string) => `https://warm-handoff.example/fhir/StructureDefinition/${name}`
/** Somebody with a licence, whose role the clinician's own role answers to. */
async function supervise(): Promise<string> {
  const { id } = await agency.post('/fhir/Practitioner', {
    resourceType: 'Practitioner',
    name: [{ family: 'Haddad' }],
    qualification: [{ code: { text: 'LCSW' }, period: { start: '2020-01-01' } }],
  })
  const role = await agency.post('/fhir/PractitionerRole', {
    resourceType: 'PractitionerRole',
    practitioner: { reference: `Practitioner/${id}` },
  })
  const { entry } = (await agency.get(`/fhir/PractitionerRole?practitioner=Practitioner/${agency.clinician}`)) as {
    entry: { resource: { id: string; extension?: object[] } }[]
  }
  const [{ resource: own }] = entry as [(typeof entry)[0]]
  const answersTo = { url: ours('supervisor'), valueReference: { reference: `PractitionerRole/${role.id}` } }
  await agency.put(`/fhir/PractitionerRole/${own.id}`, { ...own, extension: [...(own.extension ?? []), answersTo] })
  return id as string
}

it.each([
  ['an intern', { staffLevel: 'intern' }],
  ['somebody without a credential', { credential: null }],
])('the session of %s waits for the supervisor, and is billed once', async (_, setting) => {
  agency = await openAgency(setting)
  const supervisor = await supervise()
  const session = await agency.sign({}, 30)
  expect(await agency.lines(session)).toMatchObject([{ state: 'held', holdReasons: ['cosignature-missing'] }])
  expect((await feed(agency)).items).toEqual([])
  const queue = (await agency.get(`/coordination/practitioners/${supervisor}/queue`)).items
  expect(queue).toMatchObject([{ id: session, kind: 'cosign' }])
  await agency.event(`sessions/${session}`, { type: 'cosign', actor: `Practitioner/${supervisor}` })
  expect(await agency.lines(session)).toMatchObject([{ state: 'ready', holdReasons: [], units: '2' }])
  expect((await feed(agency)).items).toHaveLength(1)
})

it('nobody answers for a clinician without a credential: that is told as it is', async () => {
  agency = await openAgency({ credential: null })
  expect(await agency.lines(await agency.sign())).toMatchObject([{ state: 'held', holdReasons: ['credential-invalid'] }])
})

it('a supervisor named later holds for another reason, and a licence found later releases', async () => {
  agency = await openAgency({ credential: null })
  const session = await agency.sign()
  await supervise()
  expect(await agency.lines(session)).toMatchObject([{ holdReasons: ['cosignature-missing'] }])
  const body = await agency.get(`/fhir/Practitioner/${agency.clinician}`)
  const licence = { code: { text: 'LCSW' }, period: { start: '2020-01-01' } }
  await agency.put(`/fhir/Practitioner/${agency.clinician}`, { ...body, qualification: [licence] })
  expect(await agency.lines(session)).toMatchObject([{ state: 'ready', holdReasons: [] }])
})
