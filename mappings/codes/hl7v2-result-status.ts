/** OBX-11 → Observation.status. https://terminology.hl7.org/CodeSystem-v2-0085.html */
import { codeTable } from '../../src/lens/code-table.ts'

export const resultStatus = codeTable('http://terminology.hl7.org/CodeSystem/v2-0085', [
  ['F', 'final'],
  ['U', 'final'],
  ['V', 'final'],
  ['N', 'final'],
  ['B', 'amended'],
  ['A', 'amended'],
  ['C', 'corrected'],
  ['P', 'preliminary'],
  ['R', 'preliminary'],
  ['S', 'preliminary'],
  ['I', 'registered'],
  ['O', 'registered'],
  ['X', 'cancelled'],
  ['D', 'entered-in-error'],
  ['W', 'entered-in-error'],
])
