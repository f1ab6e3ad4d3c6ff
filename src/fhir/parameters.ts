/** Parameters resources that come in: parts by name, values as they were written. https://hl7.org/fhir/R4/parameters.html */
import { itemsIn, memberNamed, type Node, parseTree, stringOf } from './tree.ts'

/** The first parameter of a name; undefined where there is none. */
export const parameterNamed = (text: string, name: string): Node | undefined =>
  itemsIn(parseTree(text), 'parameter').find((one) => nameOf(one) === name)

export const nameOf = (parameter: Node): string | undefined => stringOf(memberNamed(parameter, 'name')?.value)

/** The value of a parameter, whatever its type. */
export function valueIn(parameter: Node | undefined): Node | undefined {
  return parameter?.kind === 'object' ? parameter.members.find(({ name }) => name.startsWith('value'))?.value : undefined
}

/** Every parameter with a simple value: name, and the value as text. */
export const parametersIn = (text: string): readonly (readonly [name: string, value: string])[] =>
  itemsIn(parseTree(text), 'parameter').flatMap((parameter) => {
    const [name, value] = [nameOf(parameter), valueIn(parameter)]
    return name === undefined || value?.kind !== 'scalar' ? [] : [[name, stringOf(value) ?? value.text] as const]
  })
