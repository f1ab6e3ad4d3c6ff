/**
 * Sending one resource to one connection so that it stands there exactly once and as we have it: parents first, a conditional create on
 * our identifier the first time, later onto the partner's resource with If-Match. Sending again what arrived already changes nothing.
 */
import type { Coding } from '@medplum/fhirtypes'
import { tableOf } from '../../../mappings/partners/index.ts'
import type { Connection, Connector, Outcome, Remote } from '../../connectors/connector.ts'
import { type JsonObject, valueIn } from '../../fhir/exact.ts'
import { spokenOf } from '../../fhir/redact.ts'
import { guardOf } from '../../fhir/search/labels.ts'
import { equal } from '../../lens/equal.ts'
import { type Partner, said } from '../../lens/partner.ts'
import type { Link } from '../../store/change.ts'
import { lookThrough, type Stored } from '../../store/store.ts'
import { isToldAnew } from '../conflicts/deletion.ts'
import { type Context, nowOf } from '../context.ts'
import { linkedAs } from '../linked-as.ts'
import { contestedIn } from '../pull/merge-onto.ts'
import { linkOf } from '../pull/pulled.ts'
import { targetOf } from '../references.ts'
import { binariesIn, withBytes } from './attachments.ts'
import { claiming, truthful } from './claims.ts'
import { isAddressedTo, isDirectory, leastOf } from './community.ts'
import { type Accounted, arrived, disclose } from './disclose.ts'
import { echoIn } from './echo.ts'
import { outsideOf, over } from './export-profile.ts'
import { staysInHouse, withoutInHouse } from './in-house.ts'
import { addedLabels } from './labels.ts'
import { overlay } from './overlay.ts'
import { barrier, permission } from './permission.ts'
import { accompanied } from './redisclosure.ts'
import { barred, mayStand, noConsent, noForm, noLonger, refused, unasked } from './refusals.ts'
import type { Learnt, Sent } from './sent.ts'
import { hasFreeIdentifier, marked, ourSystem } from './stamp.ts'
import { targetsIn, translated } from './translate.ts'
import { asHeard, unheard } from './unheard.ts'
import { withoutUntold } from './untold.ts'
import { isWithheld } from './withheld.ts'

/** Both sides as last agreed, in the partner's words, and elements of which a person has yet to decide. */
interface Agreement {
  readonly before?: JsonObject | undefined
  readonly base?: JsonObject
  readonly open?: readonly string[]
}

/** A partner that keeps changing under our hands is tried again later. */
const mostRounds = 3
const deepest = 20

export class Sender {
  readonly #ctx: Context
  readonly #connection: Connection
  readonly #connector: Connector
  readonly #partner: Partner | undefined
  readonly #lost: boolean
  readonly #system: string
  readonly #links: Link[] = []
  readonly #learnt: Learnt[] = []
  readonly #conflicts: { resource: string; elements: readonly string[] }[] = []
  readonly #contested: Pick<Link, 'type' | 'id'>[] = []
  readonly #accounted: Accounted[] = []
  #wantsConsent = false

  /** `lost`: an earlier attempt never came back. */
  constructor(ctx: Context, connection: Connection, connector: Connector, lost = false) {
    this.#ctx = ctx
    this.#connection = connection
    this.#connector = connector
    this.#partner = tableOf(connection)
    this.#lost = lost
    this.#system = ourSystem(ctx.settings.canonicalBase)
  }

  /** Links made before a failure are kept too: what arrived has arrived. */
  get links(): readonly Link[] {
    return this.#links
  }

  async send(type: string, id: string, path: readonly string[] = []): Promise<Outcome<Sent>> {
    const stored = await this.#ctx.store.look({ ask: 'resource', type, id })
    if (!stored) return refused('There is no such resource here.')
    if (stored.text === undefined) return this.#sent()
    if (staysInHouse(valueIn(stored.text))) return refused('It is not for partners.')
    const link = await this.#linkOf(type, id)
    // A later delivery of what an earlier one already brought.
    if (link?.version === stored.version && link.ours === undefined && !(await this.#isToldAnew(link))) return this.#sent()
    const wall = barrier(this.#connection, valueIn(stored.text))
    if (typeof wall === 'object') return barred(wall.never, link)
    if (!link && this.#partner?.withheld?.[type]?.(valueIn(stored.text))) return this.#sent(noForm)
    const outside = path.length > 0 ? undefined : await this.#outside(valueIn(stored.text))
    if (outside === over) return refused(over)
    if (outside && !link) return this.#sent(outside)
    if (!link && path.length === 0 && (await this.#isUnasked(valueIn(stored.text)))) return this.#sent(unasked)
    // What may not go takes nobody along; whether it may is decided when it leaves.
    if (wall && !(await this.#isPermitted(valueIn(stored.text)))) return this.#unpermitted(path, link)
    const parents = await this.#parents(stored, [...path, `${type}/${id}`])
    if (parents.outcome !== 'delivered') return parents
    const told = wall === undefined ? undefined : await disclose(this.#ctx, this.#connection, stored)
    if (told?.ok === false) return { outcome: 'try-again', unanswered: false, reason: told.problem.detail }
    if (told && told.value === undefined) return this.#unpermitted(path, link)
    const ours = accompanied(await this.#asSent(stored), told?.value)
    const result = link ? await this.#update(stored, ours, link) : await this.#create(stored, ours)
    if (told?.value) this.#accounted.push({ id: told.value.disclosure, arrived: arrived(result) })
    if (result.outcome !== 'delivered') return result
    this.#links.push(result.value)
    return this.#sent()
  }

  /** Entries in the account of disclosures, made before a failure, too. */
  get accounted(): readonly Accounted[] {
    return this.#accounted
  }

  /** What was asked for is not sent because no consent permits it. */
  get wantsConsent(): boolean {
    return this.#wantsConsent
  }

  #sent(nothing?: string): Outcome<Sent> {
    const value = {
      links: this.#links,
      learnt: this.#learnt,
      conflicts: this.#conflicts,
      contested: this.#contested,
      ...(nothing !== undefined && { nothing }),
    }
    return { outcome: 'delivered', value }
  }

  async #isPermitted(resource: JsonObject): Promise<boolean> {
    const now = nowOf(this.#ctx)
    return (await lookThrough(this.#ctx.store, permission(this.#connection, resource, now))) !== undefined
  }

  #unpermitted(path: readonly string[], link: Link | undefined): Outcome<never> {
    if (path.length === 0) this.#wantsConsent = true
    return barred(noConsent, link)
  }

  /** Is it about a client whom a community organization was not asked to help, or not with this? */
  async #isUnasked(resource: JsonObject): Promise<boolean> {
    const { kind, facility = '' } = this.#connection
    return kind === 'cbo' && !isDirectory(resource) && !(await lookThrough(this.#ctx.store, isAddressedTo(facility, resource)))
  }

  /** Why it is no matter of the report that the connection is for. */
  #outside(resource: JsonObject): Promise<string | undefined> {
    return lookThrough(this.#ctx.store, outsideOf(this.#connection, resource, nowOf(this.#ctx)))
  }

  /** What of the record this partner gets. */
  #least(resource: JsonObject, isKnown: (target: string) => boolean): JsonObject {
    return withoutUntold(this.#connection.kind === 'cbo' ? leastOf(resource, isKnown) : resource, this.#connection.kind)
  }

  /** Those referred to and pushed to this connection go first; a circle of references is cut by the identifier form. */
  async #parents(stored: Stored, path: readonly string[]): Promise<Outcome<void>> {
    for (const target of targetsIn(this.#least(valueIn(stored.text!), () => true))) {
      const { type, id } = targetOf(target)
      if (!this.#connection.push.includes(type) || path.includes(target) || path.length > deepest) continue
      if (await this.#linkOf(type, id)) continue
      // What must not be created twice is created by its own delivery alone.
      if (!this.#connector.repeats(type)) continue
      const parent = await this.send(type, id, path)
      // A parent that was never ours to send stays a reference by identifier.
      if (parent.outcome === 'refused' && parent.status === 0) continue
      if (parent.outcome !== 'delivered') return parent
    }
    return { outcome: 'delivered', value: undefined }
  }

  async #linkOf(type: string, id: string): Promise<Link | undefined> {
    const made = this.#links.findLast((link) => link.type === type && link.id === id)
    return made ?? (await this.#ctx.store.look({ ask: 'link', connection: linkedAs(this.#connection), type, id }))
  }

  /** Our resource as the partner gets it: our mark, their references, their ways of saying it, the profiles that it keeps then. */
  async #asSent({ id, text }: { id: string; text?: string }): Promise<JsonObject> {
    const whole = valueIn(text!)
    const there = new Map<string, string>()
    const withheld = new Set<string>()
    const spoken = new Set(spokenOf(text!))
    for (const target of targetsIn(whole)) {
      const { type, id: targetId } = targetOf(target)
      const link = await this.#linkOf(type, targetId)
      if (link) there.set(target, `${link.remoteType}/${link.remoteId}`)
      if (link && !spoken.has(target)) continue
      if (await isWithheld(this.#ctx, this.#connection, { type, id: targetId }, link !== undefined)) withheld.add(target)
    }
    const value = withoutInHouse(this.#least(whole, (target) => there.has(target)))
    const bytes = new Map<string, string>()
    for (const binary of binariesIn(value)) {
      const kept = await this.#ctx.store.look({ ask: 'resource', type: 'Binary', id: binary })
      // An original is as protected as it says, whatever the record says that names it.
      if (kept?.guard && kept.guard > guardOf(value)) continue
      const data = kept?.text === undefined ? undefined : valueIn(kept.text).data
      if (typeof data === 'string') bytes.set(binary, data)
    }
    const resource = marked(
      translated(
        withBytes(value, (binary) => bytes.get(binary)),
        (target) => there.get(target),
        this.#system,
        withheld,
        [...withheld].some((target) => spoken.has(target)),
      ),
      id,
      this.#system,
    )
    return claiming(value, this.#partner ? said(this.#partner, resource) : resource)
  }

  async #create(stored: Stored, ours: JsonObject): Promise<Outcome<Link>> {
    const text = JSON.stringify(ours)
    if (!this.#connector.repeats(stored.type)) return this.#createOnce(stored, text)
    const made = hasFreeIdentifier(stored.type)
      ? await this.#connector.create(stored.type, text, { system: this.#system, value: stored.id })
      : await this.#connector.update(stored.type, stored.id, text)
    if (made.outcome !== 'delivered') return made
    // A create that found an earlier one of ours (an answer that never came) brings it up to date.
    return this.#bring(stored, ours, made.value)
  }

  /** Where the partner cannot be asked whether an earlier attempt arrived, a person looks there before it is sent again. */
  async #createOnce(stored: Stored, text: string): Promise<Outcome<Link>> {
    if (this.#lost) return refused(mayStand)
    const made = await this.#connector.create(stored.type, text, { system: this.#system, value: stored.id })
    if (made.outcome === 'try-again' && made.unanswered) return refused(`${mayStand} (${made.reason})`)
    return made.outcome === 'delivered'
      ? { outcome: 'delivered', value: linkOf(this.#connection, made.value, stored.id, stored.version) }
      : made
  }

  async #update(stored: Stored, ours: JsonObject, link: Link): Promise<Outcome<Link>> {
    const remote = await this.#connector.read(link.remoteType, link.remoteId)
    if (remote.outcome !== 'delivered') return remote
    if (!remote.value) return (await this.#isToldAnew(link)) ? this.#create(stored, ours) : noLonger
    const { type, id } = stored
    const text = link.ours ?? (await this.#ctx.store.look({ ask: 'version', type, id, version: link.version }))?.text
    const before = text === undefined ? undefined : await this.#asSent({ id, text })
    const open = await lookThrough(this.#ctx.store, contestedIn(this.#connection, link, valueIn(stored.text!)))
    if (open.length > 0) this.#contested.push(link)
    const echo = await echoIn(this.#ctx, link, stored, remote.value, (version) => this.#asSent(version))
    return this.#bring(stored, ours, remote.value, {
      before: before && { ...before, ...echo },
      base: { ...valueIn(link.base), ...echo },
      open,
    })
  }

  async #isToldAnew(link: Link): Promise<boolean> {
    return lookThrough(this.#ctx.store, isToldAnew(link))
  }

  /** Writes what is ours onto what stands there, until it does. */
  async #bring(stored: Stored, ours: JsonObject, start: Remote, agreement: Agreement = {}): Promise<Outcome<Link>> {
    const { before, base, open = [] } = agreement
    let remote = start
    for (let round = 0; round < mostRounds; round++) {
      const theirs = valueIn(remote.text)
      const { resource: laid, conflicts } = overlay(ours, theirs, before, base)
      const resource = truthful(laid)
      const labels = addedLabels(ours, theirs, base)
      const agreed = (standing: Remote, settle: readonly string[]) => {
        const sides = base && this.#connection.pull.includes(stored.type) ? { ours, theirs, before, base } : undefined
        const news = sides ? unheard(sides).filter((name) => ![...settle, ...open].includes(name)) : []
        const heard = sides && news.length > 0 ? asHeard(standing, news, sides) : standing
        return this.#agreed(stored, heard, settle, labels)
      }
      // What nobody but the partner changes is left as it is there, and so is what a conflict is about that is open: both are for a person.
      const theirsAlone = Object.keys({ ...theirs, ...resource }).filter(
        (name) => !equal(resource[name], theirs[name]) && (open.includes(name) || !this.#connector.changes(remote.type, name)),
      )
      const next = { ...resource, ...Object.fromEntries(theirsAlone.map((name) => [name, theirs[name]])) }
      const settle = [...new Set([...conflicts, ...(before ? theirsAlone : [])])].filter((name) => !open.includes(name))
      if (equal(next, theirs)) return agreed(remote, settle)
      const written = await this.#connector.update(remote.type, remote.id, JSON.stringify(next), remote.version, remote.text)
      if (written.outcome === 'delivered') return agreed(written.value, settle)
      if (written.outcome !== 'refused' || !written.stale) return written
      const again = await this.#connector.read(remote.type, remote.id)
      if (again.outcome !== 'delivered') return again
      if (!again.value) return noLonger
      remote = again.value
    }
    return { outcome: 'try-again', unanswered: false, reason: 'the resource keeps changing at the partner' }
  }

  #agreed(stored: Stored, remote: Remote, conflicts: readonly string[], labels: readonly Coding[]): Outcome<Link> {
    if (labels.length > 0) this.#learnt.push({ type: stored.type, id: stored.id, labels })
    if (conflicts.length > 0) this.#conflicts.push({ resource: `${stored.type}/${stored.id}`, elements: conflicts })
    return { outcome: 'delivered', value: linkOf(this.#connection, remote, stored.id, stored.version) }
  }
}
