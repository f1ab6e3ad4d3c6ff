/** `documents`: papers of a client's, each with its original, kept as it came and hashed. */
import type { Binary, DocumentReference } from '@medplum/fhirtypes'
import mapping, { type DocumentParts } from '../../../mappings/document.document-reference.ts'
import { type Document, DocumentCommand, documentMachine, type Original, otherContent } from '../../domain/document.ts'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import { ask, type Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { inSight, visible } from '../fhir/visible.ts'
import { nextOf, storedValue } from '../next-version.ts'
import { measured } from '../originals/measured.ts'
import { idIn } from '../references.ts'
import { collection, type Held } from './collection.ts'

const broken = (issues: readonly Issue[]): Result<never> => fail('rule-broken', 'The document cannot be kept so.', { issues })

/** The bytes that came with it, in a Binary to be; or those of the Binary that it names. One elsewhere is only named. */
function* originalOf(ctx: Context, { original, storageRef, clientId }: Document): Steps<Result<Original | undefined>> {
  if (original?.data !== undefined) return ok({ ...original, id: ctx.newId('bin'), ...(clientId !== undefined && { clientId }) })
  const id = idIn(storageRef, 'Binary')
  if (id === undefined) return ok(undefined)
  const kept = storedValue<Binary>(yield* ask({ ask: 'resource', type: 'Binary', id }))
  return kept?.data === undefined
    ? broken([{ path: 'storageRef', message: 'is no Binary with data here' }])
    : ok({ id, mime: kept.contentType, data: kept.data })
}

/** What is said of the bytes must be so. */
function* withOriginal(ctx: Context, value: Document): Steps<Result<Document>> {
  const found = yield* originalOf(ctx, value)
  if (!found.ok || !found.value?.data) return found.ok ? ok(value) : found
  const { id, mime, data } = found.value
  const { size, sha256 } = measured(data)
  const facts = { size, sha256, mime, storageRef: `Binary/${id}` }
  const issues = Object.entries(facts).flatMap(([path, fact]) => {
    const said = value[path as keyof typeof facts]
    return said === undefined || said === fact ? [] : [{ path, message: 'is not so of this original' }]
  })
  const own = value.original?.data === undefined ? {} : { original: found.value }
  return issues.length > 0 ? broken(issues) : ok({ ...value, ...facts, ...own })
}

function* replacedIssues(ctx: Context, { replaces, clientId }: Document): Steps<readonly Issue[]> {
  if (replaces === undefined) return []
  const former = yield* inSight<DocumentReference>(ctx, 'DocumentReference', replaces)
  const subject = clientId === undefined ? undefined : `Patient/${clientId}`
  return former && former.subject?.reference === subject ? [] : [{ path: 'replaces', message: 'is no document of this client' }]
}

function* prepare(
  ctx: Context,
  value: Document,
  before: Held<Document, DocumentParts> | undefined,
  at: string,
): Steps<Result<Document>> {
  if (before) {
    const { original, ...rest } = value
    const issues = [
      ...(original?.data === undefined ? [] : [{ path: 'original', message: 'stays as it came' }]),
      ...otherContent(before.value, rest),
    ]
    return issues.length > 0 ? fail('rule-broken', 'What was kept stays as it came.', { issues }) : ok(rest)
  }
  const issues = yield* replacedIssues(ctx, value)
  if (issues.length > 0) return broken(issues)
  return yield* withOriginal(ctx, { ...value, recordedAt: at })
}

export const documents = collection<Document, DocumentParts>({
  name: 'documents',
  prefix: 'doc',
  anchor: 'DocumentReference',
  parts: [
    {
      type: 'Binary',
      many: false,
      of: (anchor) => (anchor as DocumentReference).content?.flatMap(({ attachment }) => attachment?.url ?? []) ?? [],
      heldBy: (reference) => ({ kind: 'uri', param: 'location', values: [reference] }),
    },
  ],
  mapping,
  command: DocumentCommand,
  claims: () => true,
  client: 'patient',
  sort: '-date',
  machine: { field: 'state', states: documentMachine, initial: 'current' },
  computed: ['recordedAt'],
  // The bytes have a door of their own.
  *view() {
    return { original: undefined }
  },
  prepare,
  concerns: (anchor) => ((anchor as DocumentReference).relatesTo ?? []).some(({ code }) => code === 'replaces'),
  /** What is replaced is no longer current. */
  *after(ctx, { value }, _before, at) {
    if (value.replaces === undefined || value.state !== 'current') return ok([])
    const stored = yield* ask({ ask: 'resource', type: 'DocumentReference', id: value.replaces })
    const former = storedValue<DocumentReference>(stored)
    if (!stored || !visible(ctx, stored) || former?.status !== 'current') return ok([])
    return ok([nextOf<DocumentReference>({ ...former, status: 'superseded' }, stored.id, stored, at)])
  },
})
