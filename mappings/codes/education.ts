/** Codes of education: topics of our own first, and the concepts of SNOMED CT by which others say that somebody was taught. */
import type { Procedure } from '@medplum/fhirtypes'
import { educationTopics, teachBacks } from '../../src/domain/education.ts'
import { codeTable } from '../../src/lens/code-table.ts'
import { localSystem } from '../shared/extension.ts'
import { snomed } from './systems.ts'

export const educationTopic = codeTable(
  localSystem('education-topic'),
  educationTopics.map((word) => [word, word] as const),
)

export const teachBack = codeTable(
  localSystem('teach-back'),
  teachBacks.map((word) => [word, word] as const),
)

/** Emotional support, health, mental health and family education: that it was education, not about what. */
const concepts = new Set(['385726000', '225967005', '171047005', '410224008'])

export const isEducation = ({ code }: Procedure): boolean =>
  code?.coding?.some(
    (one) => one.system === educationTopic.system || (one.system === snomed && one.code !== undefined && concepts.has(one.code)),
  ) === true
