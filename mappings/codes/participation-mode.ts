/** How an assessment was taken ↔ v3-ParticipationMode. https://terminology.hl7.org/CodeSystem-v3-ParticipationMode.html */
import { codeTable } from '../../src/lens/code-table.ts'
import { localSystem } from '../shared/extension.ts'

export const participationMode = codeTable('http://terminology.hl7.org/CodeSystem/v3-ParticipationMode', [
  ['FACE', 'in-person'],
  ['PHONE', 'phone'],
  ['VIDEOCONF', 'video'],
  ['HANDWRIT', 'self-paper'],
  ['ONLINEWRIT', 'self-portal'],
  ['kiosk', 'kiosk', localSystem('assessment-mode')],
  ['imported', 'imported', localSystem('assessment-mode')],
])
