/** Composite parameters, by way of the plain ones that they are composed of. https://hl7.org/fhir/R4/search.html#combining */
import type { Path, Row, SearchParameter } from './rows.ts'

interface Part {
  readonly param: string
  readonly outside?: true
}

interface Way {
  readonly each?: string
  readonly parts: readonly Part[]
}

/** What the generator knows of a type. */
interface TypeTables {
  readonly type: string
  /** Its plain parameters, by code. */
  readonly rows: ReadonlyMap<string, Row>
  /** The places that an expression leads to. */
  follow(expression: string): readonly Path[]
  /** The code of a parameter, by its canonical URL. */
  codeOf(url: string): string | undefined
}

const under = (path: Path, each: string | undefined): boolean => each === undefined || path.at[0] === each
const same = (a: Path, b: Path): boolean => a.type === b.type && JSON.stringify(a.at) === JSON.stringify(b.at)

/** The ways in which a type's resource can have all parts of a composite, or why there is none. */
export function compositeWays(parameter: SearchParameter, tables: TypeTables): readonly Way[] | string {
  const ways: Way[] = []
  for (const base of (parameter.expression ?? '').split('|').map((each) => each.trim())) {
    if (base !== tables.type && !base.startsWith(`${tables.type}.`)) continue
    const each = base === tables.type ? undefined : base.slice(tables.type.length + 1)
    if (each?.includes('.')) return `repeats by ${base}`
    const parts: Part[] = []
    for (const component of parameter.component ?? []) {
      const part = partOf(component, base, each, tables)
      if (part === undefined) return `has a part that is not built: ${component.expression}`
      parts.push(part)
    }
    ways.push({ ...(each !== undefined && { each }), parts })
  }
  return ways.length > 0 ? ways : 'leads nowhere'
}

/**
 * The plain parameter that has what the part means, and the least of anything else: `combo-code` inside of `Observation.component` is
 * `component-code`. Where the part's expression is not of its definition's kind, the definition counts (DocumentReference.relationship).
 */
function partOf(
  { definition, expression }: { readonly definition: string; readonly expression: string },
  base: string,
  each: string | undefined,
  { rows, follow, codeOf }: TypeTables,
): Part | undefined {
  const code = codeOf(definition)
  const defined = code === undefined ? undefined : rows.get(code)
  if (code === undefined || defined === undefined) return undefined
  if (expression.startsWith('%resource.')) return { param: code, outside: true }
  const places = expression
    .split('|')
    .flatMap((one) => follow(`${base}.${one.trim().replace('ofType(DateTime)', 'ofType(dateTime)')}`))
    .filter((place) => defined.paths.some((path) => same(path, place)))
  if (places.length === 0) return defined.paths.every((path) => under(path, each)) ? { param: code } : undefined
  const fitting = [...rows]
    .filter(([, row]) => row.kind === defined.kind && places.every((place) => row.paths.some((path) => same(path, place))))
    .sort(([, a], [, b]) => a.paths.length - b.paths.length)
  return fitting[0] && { param: fitting[0][0] }
}
