/** Clients that write without a rest, and retry what was not acknowledged; and the count of what is there in the end. */

/** What sends a request, wherever it goes; undefined where no answer came. */
export type Send = (path: string, headers: Record<string, string>, body: string) => Promise<Response | undefined>

export interface Load {
  readonly acknowledged: { readonly bundles: ReadonlySet<number>; readonly messages: ReadonlySet<number> }
  /** Settles when everybody is done. */
  end(): Promise<void>
  /** What is not as it was acknowledged: lost, twice, or by halves. */
  wrongAt(url: string): Promise<string[]>
}

const bundle = (n: number) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    entry(
      'urn:uuid:p',
      { resourceType: 'Patient', identifier: [{ system: 'urn:test', value: `p${n}` }] },
      `identifier=urn:test|p${n}`,
    ),
    entry('urn:uuid:e', {
      resourceType: 'Encounter',
      identifier: [{ system: 'urn:test', value: `e${n}` }],
      status: 'planned',
      class: { code: 'AMB' },
      subject: { reference: 'urn:uuid:p' },
    }),
    entry('urn:uuid:f', {
      resourceType: 'Flag',
      identifier: [{ system: 'urn:test', value: `f${n}` }],
      status: 'active',
      code: { text: 'x' },
      subject: { reference: 'urn:uuid:p' },
      encounter: { reference: 'urn:uuid:e' },
    }),
  ],
})
const entry = (fullUrl: string, resource: { resourceType: string; [element: string]: unknown }, ifNoneExist?: string) => ({
  fullUrl,
  resource,
  request: { method: 'POST', url: resource.resourceType, ...(ifNoneExist && { ifNoneExist }) },
})
const adt = (n: number) =>
  [
    `MSH|^~\\&|ADT1|HARBOR|HANDOFF|US|20260302093000+0000||ADT^A03^ADT_A03|M${n}|P|2.5.1`,
    'EVN|A03|20260302093000+0000',
    `PID|1||${n}^^^HARBOR^MR||Rivera^Ana||19900401|F`,
    `PV1|1|I|PSY^101^1||||||||||||||||V${n}^^^HARBOR^VN|||||||||||||||||01||||||||20260301080000+0000|20260302092500+0000`,
    'DG1|1||F32.2^Major depressive disorder^I10|||F',
  ].join('\r')

/** @param writers so many at once */
export function startLoad(writers: number, send: Send): Load {
  let done = false
  let next = 0
  const acknowledged = { bundles: new Set<number>(), messages: new Set<number>() }

  /** Sends one thing until it is acknowledged. */
  const writer = async (): Promise<void> => {
    while (!done) {
      const n = next++
      const isMessage = n % 3 === 0
      for (;;) {
        const answer = isMessage
          ? await send('/hl7v2', { 'content-type': 'application/hl7-v2' }, adt(n))
          : await send(
              '/fhir',
              { 'content-type': 'application/fhir+json', 'idempotency-key': `k${n}` },
              JSON.stringify(bundle(n)),
            )
        if (answer && answer.status < 500) {
          const text = await answer.text()
          if (isMessage ? text.includes(`MSA|AA|M${n}`) : answer.status === 200) {
            acknowledged[isMessage ? 'messages' : 'bundles'].add(n)
            break
          }
          throw new Error(`not acknowledged: ${answer.status} ${text.slice(0, 500)}`)
        }
        if (done && !answer) return
        await new Promise((wake) => setTimeout(wake, 5 + (n % 20)))
      }
    }
  }
  const working = Promise.all(Array.from({ length: writers }, writer))
  return {
    acknowledged,
    async end() {
      done = true
      await working
    },
    async wrongAt(url) {
      const count = async (type: string, identifier: string): Promise<number> => {
        const answer = await fetch(`${url}/fhir/${type}?identifier=${encodeURIComponent(identifier)}`)
        const found = (await answer.json()) as { entry?: unknown[] }
        return found.entry?.length ?? 0
      }
      const wrongWith = async (n: number): Promise<string | undefined> => {
        if (n % 3 === 0) {
          const visits = await count('Encounter', `V${n}`)
          return (acknowledged.messages.has(n) ? visits !== 1 : visits > 1) ? `visit ${n}: ${visits}` : undefined
        }
        const counts = await Promise.all([
          count('Patient', `urn:test|p${n}`),
          count('Encounter', `urn:test|e${n}`),
          count('Flag', `urn:test|f${n}`),
        ])
        const whole = counts.every((count) => count === 1)
        const none = counts.every((count) => count === 0)
        return whole || (none && !acknowledged.bundles.has(n)) ? undefined : `bundle ${n}: ${counts}`
      }
      const wrong: string[] = []
      for (let n = 0; n < next; n += 16) {
        const some = await Promise.all(Array.from({ length: Math.min(16, next - n) }, (_, i) => wrongWith(n + i)))
        wrong.push(...some.filter((one) => one !== undefined))
      }
      return wrong
    },
  }
}

/** Undefined if no answer came. */
export async function post(url: string, headers: Record<string, string>, body: string): Promise<Response | undefined> {
  try {
    const answer = await fetch(url, { method: 'POST', headers, body })
    await answer.clone().arrayBuffer()
    return answer
  } catch {
    return undefined
  }
}
