/** Every value of an HL7 v2 message with its place, and where it stands in the text. */
import { findHeader } from '../../hl7v2/header.ts'

export interface HeldValue {
  /** `PID-3[2].4.1`; the first repetition and a field's only part are not numbered. */
  readonly place: string
  readonly value: string
  readonly from: number
  readonly to: number
}

interface Slice {
  readonly text: string
  readonly from: number
  /** Counting from 0. */
  readonly index: number
  /** Is it the only one? */
  readonly alone: boolean
}

function slices(text: string, from: number, separator: string): readonly Slice[] {
  const parts = text.split(separator)
  let at = from
  return parts.map((part, index) => {
    const slice = { text: part, from: at, index, alone: parts.length === 1 }
    at += part.length + separator.length
    return slice
  })
}

/** None where the text does not announce its separators. MSH-1 and MSH-2, the separators themselves, are left out. */
export function valuesOf(text: string): readonly HeldValue[] {
  const by = findHeader(text)?.separators
  if (!by) return []
  const seen = new Map<string, number>()
  return linesOf(text)
    .flatMap((line) => {
      const [name, ...fields] = slices(line.text, line.from, by.field)
      const count = (seen.get(name!.text) ?? 0) + 1
      seen.set(name!.text, count)
      const segment = count === 1 ? name!.text : `${name!.text}[${count}]`
      const isHeader = name!.text === 'MSH'
      return fields.slice(isHeader ? 1 : 0).flatMap((field) => {
        const place = `${segment}-${field.index + (isHeader ? 1 : 0)}`
        return slices(field.text, field.from, by.repetition).flatMap((repetition) => {
          const own = repetition.index === 0 ? place : `${place}[${repetition.index + 1}]`
          return slices(repetition.text, repetition.from, by.component).flatMap((component) => {
            const part = component.alone ? own : `${own}.${component.index + 1}`
            return slices(component.text, component.from, by.subcomponent).map(({ text: value, from, index, alone }) => ({
              ...{ place: alone ? part : `${part}.${index + 1}`, value, from, to: from + value.length },
            }))
          })
        })
      })
    })
    .filter(({ value }) => value !== '')
}

function linesOf(text: string): readonly Slice[] {
  const lines: Slice[] = []
  let from = 0
  for (const line of text.split(/[\r\n]/)) {
    if (line !== '') lines.push({ text: line, from, index: lines.length, alone: false })
    from += line.length + 1
  }
  return lines
}
