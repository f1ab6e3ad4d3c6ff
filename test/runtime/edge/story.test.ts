/** The demo's story, told by a Node process and by an object at the edge: what is shown is the same, step by step. */
import { expect, test } from 'vitest'
import { openHouse, type Start } from '../../../src/demo/house.ts'
import { story } from '../../../src/demo/story/index.ts'
import { ask } from '../../../src/demo/talk.ts'
import { edgeLimits, type Limits, nodeLimits } from '../../../src/http/limits.ts'
import { createTeller } from './alike.ts'
import { openEdge, openNode } from './gateways.ts'

/** Every step: what it showed, and what stands where it can be looked at. */
async function told(start: Start, limits: Limits): Promise<readonly (readonly string[])[]> {
  const { stage, close } = await openHouse(0, start)
  const tell = createTeller(limits)
  try {
    const steps: string[][] = []
    for (const { title, play } of story.flatMap(({ steps }) => steps)) {
      const { facts = [], see = [] } = await play(stage)
      steps.push([title, ...facts.map(tell)])
      for (const place of see) {
        const path = place.replace(/^csv:/, '')
        // A partner's own, and what is on its way just then.
        if (!path.startsWith('/') || path === '/console/deliveries') continue
        const { status, text } = await ask(
          stage.gateway.baseUrl + path,
          path === place ? {} : { headers: { accept: 'text/csv' } },
        )
        steps.push([tell(path), String(status), tell(text)])
      }
    }
    return steps
  } finally {
    await close()
  }
}

test('the story', async () => {
  const [node, edge] = await Promise.all([told(openNode, nodeLimits), told(openEdge, edgeLimits)])
  expect(edge).toEqual(node)
})
