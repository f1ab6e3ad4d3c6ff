/** A signed session of 50 minutes as an EHR brings it in one transaction, with everybody whom it names. Everybody is invented. */
type Body = Record<string, unknown>

/** `more`: members of them besides, by their type. `others`: resources that come along. */
export function broughtWhole(more: Readonly<Record<string, Body>> = {}, others: readonly Body[] = []): Body {
  const reference = (name: string) => ({ reference: `urn:uuid:${name}` })
  const uuid = (n: number): string => `0000000${n}-0000-4000-8000-000000000000`
  const [patient, payer, coverage, person, need, encounter] = [1, 2, 3, 4, 5, 6].map(uuid) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  const ours = (name: string) => `https://warm-handoff.example/fhir/StructureDefinition/${name}`
  const kind = { system: 'https://warm-handoff.example/fhir/CodeSystem/session-kind', code: 'individual-counselling' }
  const resources: readonly (readonly [string, Body])[] = [
    [
      encounter,
      {
        resourceType: 'Encounter',
        status: 'finished',
        class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
        extension: [{ url: ours('domain-state'), valueCode: 'signed' }],
        type: [{ coding: [kind] }],
        subject: reference(patient),
        participant: [
          {
            type: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'PPRF' }] }],
            individual: reference(person),
          },
        ],
        period: { start: '2026-03-02T10:00:00-05:00', end: '2026-03-02T10:50:00-05:00' },
        reasonReference: [reference(need)],
      },
    ],
    [patient, { resourceType: 'Patient', name: [{ family: 'Bell' }] }],
    [payer, { resourceType: 'Organization', name: 'Lakeside Mutual' }],
    [
      coverage,
      {
        resourceType: 'Coverage',
        status: 'active',
        type: { coding: [{ system: 'https://nahdo.org/sopt', code: '5' }] },
        beneficiary: reference(patient),
        payor: [reference(payer)],
      },
    ],
    [
      person,
      {
        resourceType: 'Practitioner',
        name: [{ family: 'Osei' }],
        qualification: [{ code: { text: 'LPC' }, period: { start: '2020-01-01' } }],
      },
    ],
    [
      need,
      {
        resourceType: 'Condition',
        subject: reference(patient),
        code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'F41.1' }] },
      },
    ],
  ]
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      ...resources.map(([id, resource]) => [id, { ...resource, ...more[resource.resourceType as string] }] as const),
      ...others.map((resource, i) => [uuid(resources.length + 1 + i), resource] as const),
    ].map(([id, resource]) => ({
      fullUrl: `urn:uuid:${id}`,
      resource,
      request: { method: 'POST', url: resource.resourceType },
    })),
  }
}
