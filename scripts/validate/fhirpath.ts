/**
 * FHIRPath → TypeScript, for the invariants of R4: an expression becomes a condition that is true exactly when the expression is.
 * Types are known from the shapes, so a single value stays a value and only real collections become arrays.
 * Three-valued logic needs no third value at run time: each condition is asked either "is it true?" or "is it false?".
 * https://hl7.org/fhirpath/N1/ and https://hl7.org/fhir/R4/fhirpath.html
 */
import type { Atom } from '@medplum/core'
import { FunctionAtom, InfixOperatorAtom, LiteralAtom, parseFhirPath, SymbolAtom } from '@medplum/core'
import type { Nodes } from './fhirpath-nodes.ts'
import { chain, each, inline, list, literal, quote, step, union } from './fhirpath-nodes.ts'

interface Infix {
  readonly left: Atom
  readonly right: Atom
  readonly operator: string
}

export class Unsupported extends Error {}

/** `input` is what a step starts from, `context` what `$this` means: they part at the first dot. */
interface Focus {
  readonly input: Nodes
  readonly context: Nodes
}

/** The condition on `o`, of type `type`, with `at` for where it is. */
export function compile(expression: string, type: string): string {
  const self: Nodes = { js: 'o', present: 'o', many: false, types: [type] }
  return new Compiler(type).condition(
    (parseFhirPath(expression) as unknown as { child: Atom }).child,
    { input: self, context: self },
    true,
  )
}

const asInfix = (atom: Atom): Infix | undefined => (atom instanceof InfixOperatorAtom ? (atom as unknown as Infix) : undefined)
const isCall = (atom: Atom, ...names: string[]): atom is FunctionAtom => atom instanceof FunctionAtom && names.includes(atom.name)
const nameOf = (atom: Atom): string => (atom as SymbolAtom).name
const opposite: Readonly<Record<string, string>> = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' }

class Compiler {
  readonly #type: string
  #loops = 0

  constructor(type: string) {
    this.#type = type
  }

  /** TypeScript that is true exactly when the condition is `wanted`; a condition that is empty is neither. */
  condition(atom: Atom, focus: Focus, wanted: boolean): string {
    const infix = asInfix(atom)
    if (infix) return this.#infix(infix, focus, wanted)
    if (atom instanceof FunctionAtom) return this.#test(atom, focus, wanted)
    return `same(${this.#nodes(atom, focus).js}, ${wanted})`
  }

  #infix(infix: Infix, focus: Focus, wanted: boolean): string {
    const { operator, left, right } = infix
    const both = (a: boolean, b: boolean): string => chain('&&', this.condition(left, focus, a), this.condition(right, focus, b))
    const either = (a: boolean, b: boolean): string =>
      chain('||', this.condition(left, focus, a), this.condition(right, focus, b))
    const isIn = (item: Atom, items: Atom): string =>
      `isIn(${this.#nodes(item, focus).js}, ${list(this.#nodes(items, focus))})${wanted ? '' : ' === false'}`
    switch (operator) {
      case '.':
        return this.#dotted(infix, focus, wanted)
      case 'and':
        return wanted ? both(true, true) : either(false, false)
      case 'or':
        return wanted ? either(true, true) : both(false, false)
      case 'implies':
        return wanted ? either(false, true) : both(true, false)
      case 'xor':
        return chain('||', both(true, !wanted), both(false, wanted))
      case '=':
      case '!=': {
        const isEqual = (operator === '=') === wanted
        if (this.#isCertain(left))
          return `(${this.condition(left, focus, true)}) ${isEqual ? '===' : '!=='} (${this.condition(right, focus, true)})`
        return `same(${this.#nodes(left, focus).js}, ${this.#nodes(right, focus).js})${isEqual ? '' : ' === false'}`
      }
      case 'in':
        return isIn(left, right)
      case 'contains':
        return isIn(right, left)
      case 'is':
        return this.#isType(this.#nodes(left, focus), nameOf(right), wanted)
    }
    if (operator in opposite) {
      return `compare(${this.#nodes(left, focus).js}, ${this.#nodes(right, focus).js}) ${wanted ? operator : opposite[operator]} 0`
    }
    throw new Unsupported(operator)
  }

  #dotted({ left, right }: Infix, focus: Focus, wanted: boolean): string {
    if (isCall(right, 'not')) return this.condition(left, focus, !wanted)
    const selection = asInfix(left)
    if (isCall(right, 'allFalse') && selection && isCall(selection.right, 'select')) {
      const items = this.#nodes(selection.left, focus)
      const isFalse = this.#inLoop(items, (item) => this.condition((selection.right as FunctionAtom).args[0]!, item, false))
      return `${wanted ? '' : '!'}${list(items)}.every(${isFalse})`
    }
    return this.condition(right, { ...focus, input: this.#nodes(left, focus) }, wanted)
  }

  /** Is the condition never empty? Then two of them can be compared as booleans. */
  #isCertain(atom: Atom): boolean {
    const infix = asInfix(atom)
    return infix?.operator === '.' ? this.#isCertain(infix.right) : isCall(atom, 'exists', 'empty')
  }

  #isType(nodes: Nodes, name: string, wanted: boolean): string {
    const member = nodes.byType?.[name[0]!.toLowerCase() + name.slice(1)]
    if (member) return `${member} ${wanted ? '!==' : '==='} undefined`
    return `same((${nodes.js})?.resourceType, ${quote(name)})${wanted ? '' : ' === false'}`
  }

  #test({ name, args }: FunctionAtom, { input, context }: Focus, wanted: boolean): string {
    const some = (js: string, is: boolean): string =>
      input.many ? `${js}.length ${is ? '>' : '==='} 0` : `${inline(js)} ${is ? '!==' : '==='} undefined`
    const yes = wanted ? '' : ' === false'
    const no = wanted ? '' : '!'
    switch (name) {
      case 'exists':
        return some(input.present, wanted)
      case 'empty':
        return some(input.present, !wanted)
      case 'hasValue':
        return some(input.js, wanted)
      case 'all':
        return `${no}${list(input)}.every(${this.#inLoop(input, (item) => this.condition(args[0]!, item, true))})`
      case 'isDistinct':
        return `${no}isDistinct(${list(input)})`
      case 'is':
        return this.#isType(input, nameOf(args[0]!), wanted)
      case 'startsWith':
      case 'contains':
        return `${name}(${input.js}, ${this.#nodes(args[0]!, { input: context, context }).js})${yes}`
      case 'matches':
        return `matches(${input.js}, /${(args[0] as LiteralAtom).value.value}/)${yes}`
      case 'iif': {
        const [when, then] = args.map((arg) => (is: boolean) => this.condition(arg, { input, context }, is))
        return chain('&&', when!(true), then!(wanted))
      }
    }
    throw new Unsupported(`${name}()`)
  }

  /** An arrow function over each of the items. */
  #inLoop(items: Nodes, body: (item: Focus) => string): string {
    this.#loops++
    const name = `n${this.#loops}`
    const item: Nodes = { js: name, present: name, many: false, types: items.types }
    const js = `(${name}) => ${body({ input: item, context: item })}`
    this.#loops--
    return js
  }

  #nodes(atom: Atom, focus: Focus): Nodes {
    if (atom instanceof LiteralAtom)
      return literal(typeof atom.value.value === 'string' ? quote(atom.value.value) : String(atom.value.value))
    if (atom instanceof SymbolAtom) return this.#named(atom.name, focus)
    if (atom instanceof FunctionAtom) return this.#call(atom, focus)
    const infix = asInfix(atom)
    if (!infix) throw new Unsupported(atom.constructor.name)
    const left = this.#nodes(infix.left, focus)
    if (infix.operator === '.') return this.#nodes(infix.right, { ...focus, input: left })
    if (infix.operator === 'as') return literal(left.byType![nameOf(infix.right)]!)
    const right = this.#nodes(infix.right, focus)
    if (infix.operator === '+') return literal(`${left.js} + ${right.js}`)
    if (infix.operator === '&') return literal(`join(${left.js}, ${right.js})`)
    if (infix.operator === '|') return union(left, right)
    throw new Unsupported(infix.operator)
  }

  #named(name: string, { input, context }: Focus): Nodes {
    if (name === '$this') return context
    if (name === '%ucum') return literal(quote('http://unitsofmeasure.org'))
    if (name === '%context') return { js: 'o', present: 'o', many: false, types: [this.#type] }
    if (name === '%resource')
      return { js: 'at.resource', present: 'at.resource', many: false, types: [this.#type.split('.')[0]!] }
    if (name === this.#type && input.js === 'o') return input
    return step(input, name)
  }

  #call({ name, args }: FunctionAtom, { input, context }: Focus): Nodes {
    const argument = (): Nodes => this.#nodes(args[0]!, { input: context, context })
    switch (name) {
      case 'trace':
        return input
      case 'first':
        return literal(`${list(input)}[0]`, input.types)
      case 'tail':
        return each(`${list(input)}.slice(1)`, input.types)
      case 'count':
        return literal(`${input.many ? input.present : `many(${input.present})`}.length`)
      case 'where':
        return each(`${list(input)}.filter(${this.#inLoop(input, (item) => this.condition(args[0]!, item, true))})`, input.types)
      case 'select': {
        let types: readonly string[] = []
        const js = this.#inLoop(input, (item) => {
          const selected = this.#nodes(args[0]!, item)
          types = selected.types
          return list(selected)
        })
        return each(`${list(input)}.flatMap(${js})`, types)
      }
      case 'combine':
        return union(input, argument())
      case 'intersect':
        return each(`common(${list(input)}, ${list(argument())}, at)`, input.types)
      case 'descendants':
      case 'children':
        return each(`${name}(${input.js})`, [])
      case 'toInteger':
      case 'toString':
        return literal(`${name === 'toInteger' ? 'toInteger' : 'toText'}(${input.js})`)
      case 'replaceMatches':
        return literal(`removeMatches(${input.js}, /${(args[0] as LiteralAtom).value.value}/g)`)
    }
    throw new Unsupported(`${name}()`)
  }
}
