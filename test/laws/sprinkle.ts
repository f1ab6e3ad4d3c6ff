/**
 * Makes a resource look as if somebody else had written it: unknown extensions in every corner, element ids, siblings of primitives,
 * codings and identifiers that nobody asked for, other members, what should stand once, twice. What it makes is readable if its base was.
 */

export type Chance = () => number

/** mulberry32: the same seed, the same sprinkles. */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !('rawJSON' in value)

const mayStandTwice = new Set([
  'extension',
  'identifier',
  'name',
  'telecom',
  'address',
  'coding',
  'category',
  'type',
  'payor',
  'link',
])

export function sprinkle<T>(resource: T, chance: Chance): T {
  let count = 0
  const next = (): string => `${++count}`
  const now = (likely: number): boolean => chance() < likely
  const unknownExtension = (): Json => ({ url: `https://ehr.example/extension/${next()}`, valueString: `kept ${next()}` })

  const inList = (key: string, items: readonly unknown[]): unknown[] => {
    const some = items.map((item) => (isObject(item) ? inObject(item, key) : item))
    const twin = some[0]
    if (isObject(twin) && !('id' in twin) && mayStandTwice.has(key) && now(0.15)) some.push({ ...twin })
    if (key === 'coding' && now(0.3))
      some.splice(Math.floor(chance() * (some.length + 1)), 0, {
        system: 'https://ehr.example/codes',
        code: `c${next()}`,
        display: 'their own',
      })
    if (key === 'identifier' && now(0.5))
      some.push({ system: 'https://ehr.example/number', value: next(), assigner: { display: 'their registry' } })
    if (key === 'extension' && now(0.5)) some.splice(Math.floor(chance() * (some.length + 1)), 0, unknownExtension())
    return some
  }

  const inObject = (value: Json, under: string): Json => {
    const made: Json = {}
    if (under !== '' && under !== 'resource' && !('id' in value) && now(0.2)) made.id = `e${next()}`
    for (const [key, member] of Object.entries(value)) {
      made[key] = Array.isArray(member) ? inList(key, member) : isObject(member) ? inObject(member, key) : member
      if (key === 'resourceType' || key === 'id' || key === 'url' || isObject(member)) continue
      if (!Array.isArray(member)) {
        if (now(0.1)) made[`_${key}`] = { extension: [unknownExtension()] }
      } else if (member.length > 0 && typeof member[0] !== 'object' && now(0.3)) {
        if (now(0.5)) made[key] = [null, ...member]
        made[`_${key}`] = (made[key] as unknown[]).map((item) => {
          return item !== null && now(0.5) ? null : { extension: [unknownExtension()] }
        })
      }
    }
    const anExtension = 'url' in made && ('extension' in made || Object.keys(made).some((key) => key.startsWith('value')))
    if (!('extension' in made) && !anExtension && now(0.3)) made.extension = [unknownExtension()]
    if (under === 'resource') {
      if (now(0.3)) made.text = { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">theirs</div>' }
      if (now(0.3)) made.meta ??= { source: 'https://ehr.example' }
    }
    return made
  }
  return inObject(resource as Json, 'resource') as T
}
