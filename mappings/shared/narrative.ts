/** Lines of text ↔ the XHTML of a narrative. https://hl7.org/fhir/R4/narrative.html */
import type { Narrative } from '@medplum/fhirtypes'

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }
const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (char) => (char === '&' ? '&amp;' : char === '<' ? '&lt;' : '&gt;'))

/** One list item for each line. */
export const narrativeOf = (lines: readonly string[]): Narrative => ({
  status: 'generated',
  div: `<div xmlns="http://www.w3.org/1999/xhtml"><ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul></div>`,
})

/** What somebody wrote there, a line for each paragraph, list item or cell. */
export function linesOf({ div }: { readonly div?: unknown }): readonly string[] {
  if (typeof div !== 'string') return []
  const broken = div.replace(/<\/?(?:p|div|li|br|tr|td|th|h[1-6]|ul|ol|table)\b[^<>]*>/gi, '\n').replace(/<[^<>]*>/g, '')
  return broken
    .split('\n')
    .map((line) =>
      line
        .replace(/&(\w{2,4});/g, (whole, name: string) => entities[name] ?? whole)
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter((line) => line !== '')
}
