/** The end: all of it on one page. */
import type { Act } from '../stage.ts'
import { check } from '../talk.ts'
import { rosa } from './people.ts'

interface Item {
  readonly at: string
  readonly collection: string
  readonly id: string
  readonly version: number
}

const path = `/coordination/clients/${rosa}/timeline`

export const timeline: Act = {
  title: 'Rosa, on one page',
  steps: [
    {
      title: "The client's timeline",
      async play({ gateway, ids }) {
        const { items } = await gateway.get<{ items: readonly Item[] }>(path)
        for (const what of ['discharge', 'session', 'referral']) {
          check(
            items.some(({ id }) => id === ids.of(what)),
            `The ${what} is not on the timeline.`,
          )
        }
        return {
          means:
            'Everything of hers that the care team has words for, newest first. Each line is a record with all its versions.',
          facts: items.map(
            ({ at, collection, id, version }) =>
              `${at.slice(11, 19)}  ${collection.padEnd(14)} ${id}${version > 1 ? `   version ${version}` : ''}`,
          ),
          see: [path],
        }
      },
    },
  ],
}
