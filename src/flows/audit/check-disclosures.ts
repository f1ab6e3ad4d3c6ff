/**
 * Whether the account of what was told of a client is whole. Each disclosure is sealed with a hash of itself and of the one before: one that
 * was altered shows, and so does one that is missing in between. One that was taken away at the end shows by a `head` noted before.
 */
import { disclosureSubtype } from '../../../mappings/codes/disclosure.ts'
import mapping from '../../../mappings/disclosure.audit-event.ts'
import { sha256Hex } from '../../digest.ts'
import { sealedText } from '../../domain/disclosure.ts'
import { ok, type Result } from '../../domain/problem.ts'
import { lookThrough } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { allOf, hasToken, patientIs } from '../questions.ts'
import { readStored } from '../read-as.ts'
import { noteSeen } from './looks.ts'

interface DisclosureCheck {
  readonly disclosures: number
  /** The hash of the newest. */
  readonly head?: string
  /** Whether the `head` that was asked for is still among them. */
  readonly found?: boolean
  /** `altered`: it says something else than what was sealed. `gap`: the one before it is not there. `fork`: another one follows the same. */
  readonly broken: readonly { readonly id: string; readonly why: 'altered' | 'gap' | 'fork' }[]
  readonly intact: boolean
}

/** `head`: a hash that was noted before. */
export async function checkDisclosures(ctx: Context, clientId: string, head?: string): Promise<Result<DisclosureCheck>> {
  const subtype = hasToken('subtype', disclosureSubtype)
  const stored = await lookThrough(ctx.store, allOf('AuditEvent', patientIs(clientId), subtype), ctx.pause)
  noteSeen(ctx, ...stored)
  const account = stored.map((one) => ({ id: one.id, told: readStored(mapping, one) }))
  const hashes = new Set(account.map(({ told }) => told?.hash))
  const followed = new Set<string | undefined>()
  const broken: DisclosureCheck['broken'][number][] = []
  for (const { id, told } of account) {
    if (told === undefined || told.hash !== sha256Hex(sealedText(told))) broken.push({ id, why: 'altered' })
    if (told?.prevHash !== undefined && !hashes.has(told.prevHash)) broken.push({ id, why: 'gap' })
    if (told && followed.has(told.prevHash)) broken.push({ id, why: 'fork' })
    followed.add(told?.prevHash)
  }
  const newest = account.find(({ told }) => told && !followed.has(told.hash))?.told?.hash
  const found = head === undefined ? undefined : hashes.has(head)
  return ok({
    disclosures: account.length,
    ...(newest !== undefined && { head: newest }),
    ...(found !== undefined && { found }),
    broken,
    intact: broken.length === 0 && found !== false,
  })
}
