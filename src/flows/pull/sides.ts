/** Both sides of a link, as they agreed and as they are now, all in our words. */
import type { Connection } from '../../connectors/connector.ts'
import { type JsonObject, valueIn } from '../../fhir/exact.ts'
import type { Sides } from '../../lens/merge-trees.ts'
import type { Link } from '../../store/change.ts'
import { ask, type Steps, type Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { echoes, unanswered } from '../delivery/echo.ts'
import { withUntold } from '../delivery/untold.ts'
import { inOurWords, referringHome } from './at-home.ts'

export function* sidesOf(
  ctx: Context,
  connection: Connection,
  link: Link,
  stored: Stored,
  theirs: JsonObject,
): Steps<Sides<JsonObject>> {
  const { type, id, version } = link
  const text = link.ours ?? (yield* ask({ ask: 'version', type, id, version }))?.text ?? stored.text!
  const ours = valueIn(text)
  const base = valueIn(link.base)
  const [before, now] = [yield* referringHome(ctx, connection, base), yield* referringHome(ctx, connection, theirs)].map(
    ({ resource }) => withUntold(inOurWords(connection, resource, ours), ours, base),
  )
  const said = (yield* unanswered(link, stored)).flatMap(({ text }) => (text === undefined ? [] : [valueIn(text)]))
  const echo = echoes(now!, before!, said)
  const agreed = { ours: { ...ours, ...echo }, theirs: { ...before!, ...echo } }
  return { agreed, ours: valueIn(stored.text!), theirs: now! }
}
