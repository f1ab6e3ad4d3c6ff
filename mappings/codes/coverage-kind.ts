/**
 * Kinds of coverage ↔ Source of Payment Typology, and our own codes where it has none. Codes that leave open whether care is managed
 * (2 Medicaid) are not guessed at. https://nahdo.org/sopt
 */
import type { CoverageKind } from '../../src/domain/service-line.ts'
import { codeTable } from '../../src/lens/code-table.ts'
import { localSystem } from '../shared/extension.ts'

const sopt = 'https://nahdo.org/sopt'

const rows: readonly (readonly [code: string, kind: CoverageKind])[] = [
  ['12', 'medicare'],
  ['1', 'medicare'],
  ['121', 'medicare'],
  ['11', 'medicare-advantage'],
  ['111', 'medicare-advantage'],
  ['112', 'medicare-advantage'],
  ['22', 'medicaid-ffs'],
  ['21', 'medicaid-mco'],
  ['211', 'medicaid-mco'],
  ['213', 'medicaid-mco'],
  ['14', 'dual'],
  ['141', 'dual'],
  ['142', 'dual'],
  ['5', 'commercial'],
  ['51', 'commercial'],
  ['511', 'commercial'],
  ['512', 'commercial'],
  ['513', 'commercial'],
  ['52', 'commercial'],
  ['521', 'commercial'],
  ['6', 'commercial'],
  ['61', 'commercial'],
  ['311', 'tricare'],
  ['32', 'va'],
  ['321', 'va'],
  ['81', 'self-pay'],
]

export const coverageKind = codeTable<CoverageKind, string>(sopt, [
  ...rows,
  // Certified EHRs name the same codes by their OID.
  ...rows.map(([code, kind]) => [code, kind, 'urn:oid:2.16.840.1.113883.3.221.5'] as const),
  ['pay', 'self-pay', 'http://terminology.hl7.org/CodeSystem/coverage-selfpay'],
  ['sliding', 'sliding', localSystem('coverage-kind')],
  ['grant', 'grant', localSystem('coverage-kind')],
])
