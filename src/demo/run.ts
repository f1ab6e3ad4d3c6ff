/** Runs the demo: opens the house, plays the story step by step, checks every link it prints, and stays up until it is asked to end. */
import { reasonOf } from '../cli/command.ts'
import { openHouse } from './house.ts'
import type { Act, Stage } from './stage.ts'
import { story } from './story/index.ts'
import { ask, check, Disappointment } from './talk.ts'
import { createTeller, type Screen, type Teller } from './teller.ts'

interface DemoOptions {
  readonly port: number
  /** Ends after the story. */
  readonly once: boolean
  readonly screen: Screen
  /** Resolves when the demo is asked to end. */
  readonly asked: Promise<void>
  /** Default: the story. */
  readonly acts?: readonly Act[]
}

type Ending = 'as-told' | 'otherwise' | 'interrupted'

/** Answers the exit code: 0 as told, 1 something turned out otherwise, 130 interrupted before the end. */
export async function runDemo({ port, once, screen, asked, acts = story }: DemoOptions): Promise<number> {
  const steps = acts.reduce((sum, act) => sum + act.steps.length, 0)
  const teller = createTeller(screen, steps)
  const began = Date.now()
  const house = await openHouse(port).catch((error: unknown) => {
    teller.say(`The demo could not open: ${reasonOf(error)}`)
    return undefined
  })
  if (!house) return 1
  const { stage } = house
  try {
    teller.say(opening(stage))
    const ending = await tell(stage, teller, acts, asked)
    if (ending === 'interrupted') return 130
    if (ending === 'otherwise') {
      teller.say(["The gateway's own warnings:", ...house.log.filter(isWarning).slice(-15)].join('\n  '))
      return 1
    }
    teller.say(`All ${steps} steps turned out as told, in ${((Date.now() - began) / 1000).toFixed(1)} s.`)
    if (once) {
      teller.say('The gateway ends here. Without --once it stays up, and the addresses above can be opened.')
      return 0
    }
    teller.say(stayingUp(stage))
    await asked
    teller.say('\nClosing; what was stored is removed.')
    return 0
  } finally {
    teller.close()
    await house.close()
  }
}

async function tell(stage: Stage, teller: Teller, acts: readonly Act[], asked: Promise<void>): Promise<Ending> {
  const interruption = asked.then(() => undefined)
  for (const { title, steps } of acts) {
    teller.act(title)
    for (const step of steps) {
      teller.begin(step.title)
      try {
        const shown = await Promise.race([step.play(stage), interruption])
        if (!shown) return 'interrupted'
        teller.done(shown, await linksOf(stage, shown.see ?? []))
      } catch (error) {
        teller.failed(error instanceof Disappointment ? error.message : `The demo itself broke: ${stackOf(error)}`)
        return 'otherwise'
      }
    }
  }
  return 'as-told'
}

/** https://getpino.io/#/docs/api?id=level-string */
const isWarning = (line: string): boolean => (JSON.parse(line) as { level: number }).level >= 40

const stackOf = (error: unknown): string => (error instanceof Error && error.stack) || reasonOf(error)

/** A page to open, or a line for the shell; each was looked at, and is there. */
async function linksOf({ gateway }: Stage, see: readonly string[]): Promise<readonly string[]> {
  const links: string[] = []
  for (const place of see) {
    const asTable = place.startsWith('csv:')
    const path = asTable ? place.slice('csv:'.length) : place
    const url = path.startsWith('/') ? gateway.baseUrl + path : path
    const { status } = await ask(url, asTable ? { headers: { accept: 'text/csv' } } : {})
    check(status === 200, `${url} was answered ${status}.`)
    const curl = asTable ? "curl -s -H 'accept: text/csv'" : 'curl -s'
    links.push(path.startsWith('/console') ? `open ${url}` : `${curl} '${url}'`)
  }
  return links
}

const opening = ({
  gateway,
  ehr,
  payer,
  hospital,
}: Stage): string => `Warm Handoff: a discharge becomes follow-ups, reaches an EHR, and billing pulls what was done.
Everybody in this story is invented, and everything runs on this machine alone.

  gateway   ${gateway.baseUrl}    console  ${gateway.baseUrl}/console
  sandbox   EHR ${ehr.baseUrl}    payer ${payer.baseUrl}    hospital ${hospital.url}
`

const stayingUp = ({ gateway, hospital }: Stage): string => `
The gateway stays up, without authentication, for this machine alone:

  console    ${gateway.baseUrl}/console
  care team  ${gateway.baseUrl}/console/work    (sign in as Dana, who works with Rosa)
  API        ${gateway.baseUrl}/docs    FHIR R4: ${gateway.baseUrl}/fhir/metadata
  hospital   ${hospital.url}    (send a discharge again, or another one)

Ctrl-C ends it, and removes what was stored.`
