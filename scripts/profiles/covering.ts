/**
 * Values of a schema that together say everything at least once: every member, every word of every enumeration, every choice. Always the
 * same ones, so that what is rendered from them is, too.
 */
import { z } from 'zod'

interface JsonSchema {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: JsonSchema | boolean
  readonly propertyNames?: JsonSchema
  readonly items?: JsonSchema
  readonly prefixItems?: readonly JsonSchema[]
  readonly minItems?: number
  readonly maxItems?: number
  readonly pattern?: string
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
}

/** The first that fits is taken. */
const samples = [
  ...['specimen', '2026-03-02T14:30:00-05:00', '2026-03-02', '14:30:00', '14:30', '2026-03', 'NY', '10', '1.50', '1234567893'],
  ...['0'.repeat(64), '99490', 'P1M', 'FUH-7@MY2026', 'Patient/specimen', 'text/plain', '+15555550100', 'F32.1', 'CO-45'],
]

/** A text of no list of words. */
export const isSample = (value: unknown): boolean => samples.includes(String(value))

const fitting = ({ pattern, maxLength = Number.POSITIVE_INFINITY }: JsonSchema): readonly string[] =>
  samples.filter((sample) => (pattern === undefined || new RegExp(pattern).test(sample)) && sample.length <= maxLength)

function sampleFor(schema: JsonSchema): string {
  const { pattern } = schema
  const [found] = fitting(schema)
  if (found === undefined) throw new Error(`No sample fits ${pattern}: add one to scripts/profiles/covering.ts.`)
  return found
}

/** All of a short scale, otherwise one. */
function numbers({ minimum = 1, maximum = Number.POSITIVE_INFINITY }: JsonSchema): readonly number[] {
  const count = maximum - minimum + 1
  return count <= 10 ? Array.from({ length: count }, (_, i) => minimum + i) : [Math.max(minimum, 1)]
}

type Walk = (schema: JsonSchema, depth: number) => readonly unknown[]

/** Deeper than this, schemas that contain themselves end. */
const deepest = 6

/** All variants of a schema; `full`: what may be absent is there, and lists hold one of every kind. */
function walker(root: JsonSchema, full: boolean): Walk {
  const walk: Walk = (schema, depth) => {
    if (schema.$ref !== undefined)
      return depth > deepest ? [] : walk(schema.$ref === '#' ? root : root.$defs![schema.$ref.split('/').at(-1)!]!, depth + 1)
    if (schema.const !== undefined) return [schema.const]
    if (schema.enum) return schema.enum
    const choices = schema.anyOf ?? schema.oneOf
    if (choices) return choices.flatMap((choice) => walk(choice, depth))
    if (schema.allOf) return zipped(schema.allOf.map((part) => walk(part, depth))).map((parts) => Object.assign({}, ...parts))
    switch (schema.type) {
      case 'object':
        return objects(schema, depth)
      case 'array':
        return lists(schema, depth)
      case 'boolean':
        return [true, false]
      case 'number':
      case 'integer':
        return numbers(schema)
      case 'null':
        return [null]
      default:
        return [sampleFor(schema)]
    }
  }

  function objects({ properties = {}, required = [], propertyNames, additionalProperties }: JsonSchema, depth: number) {
    const keys = Object.keys(properties).filter((key) => full || required.includes(key))
    const members = keys
      .map((key) => ({ key, variants: [...walk(properties[key]!, depth + 1), ...unsaid(key, properties, required)] }))
      .filter((one) => one.variants.length > 0)
    const own = zipped(members.map(({ variants }) => variants)).map((values) =>
      Object.fromEntries(values.map((value, i) => [members[i]!.key, value])),
    )
    if (!propertyNames || typeof additionalProperties !== 'object') return own.length > 0 ? own : [{}]
    // Two, so that there are seen to be several.
    const names = propertyNames.enum ? (propertyNames.enum as string[]) : fitting(propertyNames).slice(0, 2)
    return [Object.fromEntries(names.map((name) => [name, walk(additionalProperties, depth + 1)[0]]))]
  }

  function lists({ items, prefixItems, minItems = 0, maxItems = Number.POSITIVE_INFINITY }: JsonSchema, depth: number) {
    if (prefixItems) return [prefixItems.map((item) => walk(item, depth + 1)[0])]
    const all = items ? walk(items, depth + 1) : []
    // Two of each kind, so that it is seen to be a list; of words one each, for a word said twice is nothing more.
    const some = all.length === 1 || typeof all[0] === 'object' ? [...all, ...all] : all
    return full ? [some.slice(0, maxItems)] : all.length > 0 && minItems > 0 ? all.map((one) => [one]) : [[]]
  }
  return walk
}

/** A reference names its type where that does not go without saying: both are to be seen. */
const unsaid = (key: string, { id, type }: NonNullable<JsonSchema['properties']>, required: readonly string[]): undefined[] =>
  key === 'type' && id && type?.enum && !required.includes('type') ? [undefined] : []

/** As many as the longest list has, the shorter ones beginning anew. */
function zipped(lists: readonly (readonly unknown[])[]): unknown[][] {
  const length = Math.max(0, ...lists.map((list) => list.length))
  return Array.from({ length }, (_, i) => lists.map((list) => list[i % list.length]))
}

type Value = Readonly<Record<string, unknown>>

const variantsOf = (schema: z.ZodType, full: boolean): readonly Value[] => {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as unknown as JsonSchema
  return walker(root, full)(root, 0) as readonly Value[]
}

/** With all that can be said. */
export const covering = (schema: z.ZodType): readonly Value[] => variantsOf(schema, true)
/** With nothing but what has to be said. */
export const barest = (schema: z.ZodType): readonly Value[] => variantsOf(schema, false)
