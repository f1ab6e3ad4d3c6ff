/** Parameters resources that come in: parts by name, values as they were written. https://hl7.org/fhir/R4/parameters.html */
import { memberNamed, type Node, parseTree, stringOf } from './tree.ts'

/** The first parameter of a name; undefined where there is none. */
export function parameterNamed(text: string, name: string): Node | undefined {
  const list = memberNamed(parseTree(text), 'parameter')?.value
  if (list?.kind !== 'array') return undefined
  return list.items.map(({ value }) => value).find((one) => stringOf(memberNamed(one, 'name')?.value) === name)
}

/** The value of a parameter, whatever its type. */
export function valueIn(parameter: Node | undefined): Node | undefined {
  return parameter?.kind === 'object' ? parameter.members.find(({ name }) => name.startsWith('value'))?.value : undefined
}

/** Every parameter with a simple value: name, and the value as text. */
export function parametersIn(text: string): readonly (readonly [name: string, value: string])[] {
  const list = memberNamed(parseTree(text), 'parameter')?.value
  if (list?.kind !== 'array') return []
  return list.items.flatMap(({ value: parameter }) => {
    const name = stringOf(memberNamed(parameter, 'name')?.value)
    const value = valueIn(parameter)
    return name === undefined || value?.kind !== 'scalar' ? [] : [[name, stringOf(value) ?? value.text] as const]
  })
}
