/** SMART's `fhirclient` does its daily work against a running gateway. Usage: node fhirclient.mjs <FHIR base> */
import assert from 'node:assert/strict'
import FHIR from 'fhirclient'

const base = process.argv[2]
const client = FHIR({ headers: {}, url: base }, {}).client({ serverUrl: base })

const made = await client.create({
  resourceType: 'Patient',
  identifier: [{ system: 'urn:fhirclient', value: '1' }],
  name: [{ family: 'Quintero' }],
})
assert.equal(made.meta.versionId, '1')
const changed = await client.update({ ...made, gender: 'female' })
assert.equal(changed.meta.versionId, '2')
const patched = await client.patch(`Patient/${made.id}`, [{ op: 'add', path: '/birthDate', value: '1990-04-01' }])
assert.equal(patched.birthDate, '1990-04-01')
for (let value = 60; value < 72; value++) {
  await client.create({
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    subject: { reference: `Patient/${made.id}` },
    valueInteger: value,
  })
}
const all = await client.request(`Observation?subject=Patient/${made.id}&_count=5`, { pageLimit: 0, flat: true })
assert.equal(all.length, 12)
const resolved = await client.request(`Observation?subject=Patient/${made.id}&_count=1`, {
  resolveReferences: 'subject',
  graph: true,
})
assert.equal(resolved.entry[0].resource.subject.resourceType, 'Patient')
const answer = await client.request({
  url: '/',
  method: 'POST',
  headers: { 'content-type': 'application/fhir+json' },
  body: JSON.stringify({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [{ request: { method: 'GET', url: `Patient/${made.id}` } }],
  }),
})
assert.equal(answer.entry[0].resource.id, made.id)
await client.delete(`Patient/${made.id}`).catch(() => undefined)
process.stdout.write('fhirclient: all done\n')
