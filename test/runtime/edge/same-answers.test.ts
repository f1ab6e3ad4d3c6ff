/** The same requests at every door of a Node process and of an object at the edge: status, headers and bodies are the same. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Both, openBoth } from './both.ts'
import { brokenRequests } from './requests/broken.ts'
import { doorRequests } from './requests/doors.ts'
import { fhirRequests } from './requests/fhir.ts'
import type { Asked } from './requests/request.ts'

let both: Both
beforeAll(async () => {
  both = await openBoth()
})
afterAll(() => both.stop())

async function differences(requests: readonly Asked[]): Promise<readonly object[]> {
  const found: object[] = []
  for (const asked of requests) {
    const { node, edge } = await both.ask(asked)
    if (JSON.stringify(node) !== JSON.stringify(edge))
      found.push({ asked: `${asked.method ?? 'GET'} ${asked.path} ${asked.name ?? ''}`, node, edge })
  }
  return found
}

test('FHIR', async () => expect(await differences(fhirRequests)).toEqual([]))
test('the other doors', async () => expect(await differences(doorRequests)).toEqual([]))
test('what is broken', async () => expect(await differences(brokenRequests)).toEqual([]))
