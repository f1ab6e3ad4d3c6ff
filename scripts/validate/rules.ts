/** Constraints of the definitions → rules: compiled from their FHIRPath, or the name of one written by hand. */
import { byHand } from '../../src/fhir/validate/by-hand.ts'
import { notCovered } from '../../src/fhir/validate/not-covered.ts'
import type { Constraint } from './definitions.ts'
import { compile } from './fhirpath.ts'
import { quote } from './fhirpath-nodes.ts'
import type { Shape } from './shapes.ts'
import { members, shapes } from './shapes.ts'

/** ele-1 is part of the walk (an object without content is a fault of structure). */
const structural = 'ele-1'

/** The rules of a shape and of its fields, as TypeScript by place: `Observation`, `Organization.telecom`. */
export function rulesOf(shape: Shape): readonly (readonly [place: string, rules: readonly string[]])[] {
  const inherited = new Set(constraintsOf(shape.base).map(({ key }) => key))
  const own = shape.constraints.filter(({ key }) => !inherited.has(key))
  const ofFields = shape.fields.flatMap((field) =>
    members(field).flatMap(({ name, type }) => {
      const ofType = new Set(constraintsOf(type).map(({ key }) => key))
      const isChoice = field.types.length > 1
      const beyond = field.constraints.filter(({ key }) => !ofType.has(key) && (!isChoice || shapes.has(type)))
      return [[`${shape.name}.${name}`, beyond.flatMap((constraint) => rule(constraint, type))] as const]
    }),
  )
  return [[shape.name, own.flatMap((constraint) => rule(constraint, shape.name))] as const, ...ofFields].filter(
    ([, rules]) => rules.length > 0,
  )
}

function constraintsOf(name: string | undefined): readonly Constraint[] {
  const shape = name === undefined ? undefined : shapes.get(name)
  return shape ? [...shape.constraints, ...constraintsOf(shape.base)] : []
}

function rule({ key, severity, human, expression }: Constraint, type: string): string[] {
  if (severity !== 'error' || key === structural || key in notCovered) return []
  const holds = key in byHand ? `byHand['${key}']!` : arrow(compile(expression!, type))
  return [`{ key: '${key}', human: ${quote(human.replaceAll(/\s+/g, ' ').trim())}, holds: ${holds} }`]
}

const arrow = (condition: string): string => `(${/\bat[.)]/.test(condition) ? 'o, at' : 'o'}) => ${condition}`
