/** The original of a document, byte for byte: what does not hash to what was kept is not handed out. */
import type { Binary } from '@medplum/fhirtypes'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { Context } from '../context.ts'
import { readMember } from '../coordination/members.ts'
import { allowed } from '../fhir/allowed.ts'
import { storedValue } from '../next-version.ts'
import { idIn } from '../references.ts'
import { type Measured, measured } from './measured.ts'

export async function documentContent(ctx: Context, id: string): Promise<Result<Measured & { readonly mime: string }>> {
  const document = await readMember(ctx, 'documents', id)
  if (!document.ok) return document
  const may = allowed(ctx, 'read', 'Binary')
  if (!may.ok) return may
  const { storageRef, sha256 } = document.value.record as { storageRef?: string; sha256?: string }
  const key = idIn(storageRef, 'Binary')
  const kept = key ? await ctx.store.look({ ask: 'resource', type: 'Binary', id: key }) : undefined
  const { data, contentType } = storedValue<Binary>(kept) ?? {}
  if (data === undefined || contentType === undefined) return fail('not-found', 'The original is not kept here.')
  const content = measured(data)
  return sha256 === undefined || content.sha256 === sha256
    ? ok({ ...content, mime: contentType })
    : fail('conflict', 'What is there is not what was kept.')
}
