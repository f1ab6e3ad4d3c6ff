/** Whether two pieces of JSON say the same, numbers compared by value and to the last digit. https://www.rfc-editor.org/rfc/rfc6902#section-4.6 */
import { memberNamed, type Node } from '../tree.ts'

export function sameJson(a: Node, b: Node): boolean {
  if (a.kind === 'scalar' || b.kind === 'scalar') {
    if (a.kind !== b.kind) return false
    return a.kind === 'scalar' && b.kind === 'scalar' && (a.text === b.text || scalar(a.text) === scalar(b.text))
  }
  if (a.kind === 'array') {
    if (b.kind !== 'array' || a.items.length !== b.items.length) return false
    return a.items.every(({ value }, i) => sameJson(value, b.items[i]!.value))
  }
  if (b.kind !== 'object' || a.members.length !== b.members.length) return false
  return a.members.every(({ name, value }) => {
    const other = memberNamed(b, name)
    return other !== undefined && sameJson(value, other.value)
  })
}

/** One text for all ways of writing the same. */
const scalar = (text: string): string =>
  text.startsWith('"') ? JSON.stringify(JSON.parse(text)) : /^[-\d]/.test(text) ? number(text) : text

/** Sign, digits without zeros at either end, and the power of ten of the last one. */
function number(text: string): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.')
  const digits = whole + fraction
  let last = digits.length
  while (last > 0 && digits[last - 1] === '0') last--
  if (last === 0) return '0'
  let first = 0
  while (digits[first] === '0') first++
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - last)
  return `${mantissa.startsWith('-') ? '-' : ''}${digits.slice(first, last)}e${power}`
}
