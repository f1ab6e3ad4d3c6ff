/** IN1 → coverages. https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-in1-to-coverage.html */
import type { Segment } from '../../src/hl7v2/segment.ts'
import type { CoverageReading } from './adt-reading.ts'
import { concept, identifier, tableConcept } from './datatypes.ts'
import { day, each, present, type Reader } from './reader.ts'

export function coverages(segments: readonly Segment[], by: Reader): readonly CoverageReading[] {
  return segments.map((in1) => coverage(in1, by)).filter((one) => one !== undefined)
}

function coverage(in1: Segment, by: Reader): CoverageReading | undefined {
  const rank = Number(in1.text(1) ?? 'none')
  const payer = { name: in1.text(4), identifiers: each(in1, 3, identifier, by) }
  const said = present<CoverageReading>({
    plan: concept(in1.field(2)),
    payer: present<NonNullable<CoverageReading['payer']>>(payer),
    memberId: in1.text(49) ?? in1.text(36),
    group: in1.text(8),
    relationship: tableConcept(in1.field(17), '0063'),
    period: present<{ start?: string; end?: string }>({ start: day(in1.field(12), by), end: day(in1.field(13), by) }),
  })
  return said && (Number.isInteger(rank) && rank > 0 ? { rank, ...said } : said)
}
