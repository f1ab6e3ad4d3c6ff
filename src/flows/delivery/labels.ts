/**
 * Security labels and tags between us and a partner. What a resource was labelled here goes with it each time it is sent, and what the
 * partner added stays; a label that the partner added holds here, too. Of two confidentialities the stricter one stands, unless it is
 * ours and was lowered here. Claims of profiles, and all else in `meta`, are the partner's. https://hl7.org/fhir/R4/security-labels.html
 *
 * Tags that the partner added are not heard: they belong to its own ways of working, say nothing of the record
 * (https://hl7.org/fhir/R4/resource-definitions.html#Meta.tag), and from here would go on to every other partner.
 */
import type { Coding } from '@medplum/fhirtypes'
import { Confidentiality } from '../../domain/kernel.ts'
import type { JsonObject } from '../../fhir/exact.ts'
import { withOurNotices } from './redisclosure.ts'

const confidentiality = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'

type Kind = 'security' | 'tag'

const codings = (resource: JsonObject | undefined, kind: Kind): readonly Coding[] => {
  const list = (resource?.meta as Readonly<Record<string, unknown>> | undefined)?.[kind]
  return Array.isArray(list) ? (list as readonly (Coding | null)[]).filter((one) => one !== null) : []
}

const same = (a: Coding, b: Coding): boolean => a.system === b.system && a.code === b.code
const without = (list: readonly Coding[], others: readonly Coding[]): readonly Coding[] =>
  list.filter((one) => !others.some((other) => same(one, other)))

const isLevel = ({ system }: Coding): boolean => system === confidentiality
const levels: readonly (string | undefined)[] = Confidentiality.options
const strictness = ({ code }: Coding): number => levels.indexOf(code)

/** One confidentiality at most: the strictest. */
function strictest(labels: readonly Coding[]): readonly Coding[] {
  const [level] = labels.filter(isLevel).toSorted((a, b) => strictness(b) - strictness(a))
  return labels.filter((one) => !isLevel(one) || one === level)
}

/**
 * The `meta` to write onto theirs. `before` and `base`: ours and theirs as last agreed. What stands in `before` alone of ours was dropped
 * here; what did not come to stand in `base` is not kept there, and is not offered again.
 */
export function metaOnto(ours: JsonObject, theirs: JsonObject, before?: JsonObject, base?: JsonObject): object | undefined {
  const joined = (kind: Kind): readonly Coding[] => {
    const mine = codings(ours, kind)
    const kept = without(codings(theirs, kind), without(codings(before, kind), mine))
    const unkept = without(base ? codings(before, kind) : [], codings(base, kind))
    return [...kept, ...without(without(mine, kept), unkept)]
  }
  const { security: _, tag: _tag, extension: _extension, ...rest } = (theirs.meta ?? {}) as Readonly<Record<string, unknown>>
  const [security, tag, extension] = [strictest(joined('security')), joined('tag'), withOurNotices(theirs, ours)]
  const meta = {
    ...rest,
    ...(extension.length > 0 && { extension }),
    ...(security.length > 0 && { security }),
    ...(tag.length > 0 && { tag }),
  }
  return Object.keys(meta).length > 0 ? meta : undefined
}

/** Labels that the partner has added since we last agreed, and that restrict more than ours do. */
export function addedLabels(ours: JsonObject, theirs: JsonObject, base: JsonObject | undefined): readonly Coding[] {
  const mine = codings(ours, 'security')
  const level = Math.max(-1, ...mine.filter(isLevel).map(strictness))
  const added = without(without(codings(theirs, 'security'), codings(base, 'security')), mine)
  return added.filter((one) => !isLevel(one) || strictness(one) > level)
}

/** The resource with these labels as well; the very same where it bears them all. */
export function withLabels(resource: JsonObject, labels: readonly Coding[]): JsonObject {
  const own = codings(resource, 'security')
  const all = strictest([...own, ...without(labels, own)])
  const isSame = all.length === own.length && all.every((one, i) => one === own[i])
  return isSame ? resource : { ...resource, meta: { ...(resource.meta as object | undefined), security: all } }
}
