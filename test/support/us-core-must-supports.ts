/** The elements, slices and extensions that US Core says a server must be able to hold, looked for in what it serves. */
import { z } from 'zod'

const Slice = z.object({
  ':slice_id': z.string(),
  ':path': z.string(),
  ':discriminator': z.object({
    ':type': z.string(),
    ':path': z.string().optional(),
    ':code': z.string().optional(),
    ':system': z.string().optional(),
    ':values': z.array(z.record(z.string(), z.unknown())).optional(),
  }),
})
type Slice = z.infer<typeof Slice>

/** As Inferno's tables have it. */
export const MustSupports = z.object({
  ':extensions': z.array(z.object({ ':path': z.string(), ':url': z.string() })),
  ':slices': z.array(Slice),
  ':elements': z.array(z.object({ ':path': z.string(), ':fixed_value': z.unknown().optional() })),
})
type MustSupports = z.infer<typeof MustSupports>

type Item = Readonly<Record<string, unknown>>

/** Which of them none of these resources has. */
export function notSupported(type: string, supported: MustSupports, resources: readonly object[]): string[] {
  const slices = new Map(supported[':slices'].map((slice) => [slice[':slice_id'], slice]))
  const at = (path: string): unknown[] => resources.flatMap((resource) => valuesAt(resource, path, type, slices))
  return [
    ...supported[':elements'].flatMap(({ ':path': path, ':fixed_value': fixed }) => {
      const found = at(path)
      return (fixed === undefined ? found.length > 0 : found.includes(fixed)) ? [] : [path]
    }),
    ...supported[':slices'].flatMap((slice) => (at(slice[':path']).some((one) => isOf(slice, one)) ? [] : [slice[':slice_id']])),
    ...supported[':extensions'].flatMap(({ ':path': path, ':url': url }) =>
      at(path).some((one) => (one as Item).url === url) ? [] : [url],
    ),
  ]
}

/** What a path such as `component:systolic.value[x]` leads to; extensions of a primitive stand beside it. */
function valuesAt(resource: object, path: string, type: string, slices: ReadonlyMap<string, Slice>): unknown[] {
  const steps = path.split('.')
  return steps.reduce<unknown[]>(
    (found, step, i) => {
      const slice = slices.get(`${type}.${steps.slice(0, i + 1).join('.')}`)
      const name = step.replace(/:.*/, '')
      const here = found.flatMap((one) => [...below(one, name), ...(steps[i + 1] === 'extension' ? below(one, `_${name}`) : [])])
      return slice === undefined ? here : here.filter((one) => isOf(slice, one))
    },
    [resource],
  )
}

/** The values of a member, or of whichever type a choice (`value[x]`) has. */
function below(item: unknown, name: string): unknown[] {
  if (typeof item !== 'object' || item === null) return []
  const start = name.endsWith('[x]') ? name.slice(0, -3) : undefined
  return Object.entries(item).flatMap(([member, value]) => {
    const isIt = start === undefined ? member === name : member.startsWith(start) && /^[A-Z]/.test(member.slice(start.length))
    return isIt ? [value].flat() : []
  })
}

/** Whether a value belongs to a slice. */
function isOf({ ':discriminator': told, ':path': sliced }: Slice, value: unknown): boolean {
  const { ':path': path = '', ':code': code, ':system': system, ':values': values = [] } = told
  const inside = (path: string): unknown[] =>
    path.split('.').reduce<unknown[]>((all, step) => all.flatMap((one) => below(one, step)), [value])
  const here = path === '' ? [value] : inside(path)
  const isCoded = (coding: unknown, wanted: Item): boolean =>
    (coding as Item).code === wanted[':code'] && (coding as Item).system === wanted[':system']
  switch (told[':type']) {
    case 'patternCoding':
      return here.some((one) => isCoded(one, told))
    case 'patternCodeableConcept':
      return here.some((one) => below(one, 'coding').some((coding) => isCoded(coding, told)))
    case 'patternIdentifier':
      return here.some((one) => (one as Item).system === system)
    case 'requiredBinding':
      return here.some((one) => below(one, 'coding').some((coding) => values.some((wanted) => isCoded(coding, wanted))))
    case 'value':
      return values.every(({ ':path': at, ':value': wanted }) => inside(String(at)).includes(wanted))
    case 'type':
      // The path has the choice, the value one of its types: a code is a text, all others have members.
      return code === 'DateTime' ? typeof value === 'string' : typeof value === 'object' && sliced.endsWith('[x]')
    default:
      throw new Error(`no such discriminator: ${told[':type']}`)
  }
}
