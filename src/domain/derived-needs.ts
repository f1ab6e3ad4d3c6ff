/** Needs that answers of an instrument, or the diagnoses of a stay, speak of: proposals, for a person to confirm. */
import { instrumentFor, isSettled } from './assess.ts'
import type { Assessment } from './assessment.ts'
import type { Discharge } from './discharge.ts'
import { isIcd10, socialCategoryOf } from './icd10.ts'
import { evaluate, type SexForScoring } from './instruments/score.ts'
import type { Coding, Concept } from './kernel.ts'
import { labelsOf } from './labels.ts'
import type { Need } from './need.ts'
import { isSdohCategory, sdohCodes } from './sdoh.ts'

/** The system of our own categories: `depression`, `alcohol-use` … */
export const needCategories = 'https://warm-handoff.example/fhir/CodeSystem/need-category'

/** A need as it is proposed. `key` tells it from others of the same source. */
export interface Proposed {
  readonly key: string
  readonly need: Need
}

/** Words of categories under which everything else is put: two needs of it are two. */
const catchAll = 'sdoh-category-unspecified'

/** Do two needs speak of the same? */
export const isSameNeed = (one: Need, other: Need): boolean =>
  one.category?.code !== undefined &&
  one.category.code === other.category?.code &&
  one.category.system === other.category.system &&
  (one.category.code !== catchAll || codesOf(one).some((code) => codesOf(other).includes(code)))
const codesOf = ({ code }: Need): readonly string[] => (code?.codings ?? []).map(({ system, code: word }) => `${system}|${word}`)

const categoryOf = (code: string): Coding => ({ system: isSdohCategory(code) ? sdohCodes : needCategories, code })

const proposal = (
  said: Pick<Need, 'clientId' | 'domain' | 'category' | 'code' | 'evidence' | 'assertedBy' | 'severity' | 'episodeId'>,
  labels: Pick<Need, 'sensitivity' | 'confidentiality' | 'legalBasis'>,
): Need => ({
  ...said,
  identifiers: [],
  clientView: 'not-asked',
  ...labelsOf([labels]),
  verification: 'unconfirmed',
  state: 'suspected',
})

/** What the answers of a completed assessment speak of. `id`: the assessment's. */
export function needsSaid(id: string, assessment: Assessment, sex?: SexForScoring): readonly Proposed[] {
  const { clientId, episodeId } = assessment
  const instrument = instrumentFor(assessment)
  if (clientId === undefined || !instrument || !isSettled(assessment)) return []
  return evaluate(instrument, assessment.items, sex).needs.map(({ domain, category, text, severity }) => ({
    key: category,
    need: proposal(
      {
        ...{ clientId, domain, category: categoryOf(category), code: { codings: [], text } },
        ...{ evidence: [{ id }], assertedBy: 'algorithm' },
        ...(severity && { severity }),
        ...(episodeId !== undefined && { episodeId }),
      },
      assessment,
    ),
  }))
}

/** What the hospital coded as a social circumstance (ICD-10-CM Z55–Z65). The code stays as it is; what is unknown stays with the stay alone. */
export function needsCoded({ clientId, diagnoses, ...labels }: Discharge): readonly Proposed[] {
  if (clientId === undefined) return []
  const found = diagnoses.flatMap(({ id, code }): readonly Proposed[] => {
    const coding = code?.codings.find(isIcd10)
    const category = coding?.code === undefined ? undefined : socialCategoryOf(coding.code)
    if (category === undefined) return []
    const said: Concept = { codings: [coding!], text: code?.text ?? coding!.display ?? category }
    const evidence: Need['evidence'] = [diagnosisRef(id)]
    const need = proposal(
      { clientId, domain: 'sdoh', category: categoryOf(category), code: said, evidence, assertedBy: 'external' },
      labels,
    )
    return [{ key: category === catchAll ? coding!.code! : category, need }]
  })
  return found.filter(({ key }, i) => found.findIndex((one) => one.key === key) === i)
}

const diagnosisRef = (id: string): { readonly id: string; readonly type?: 'Condition' } => ({ id, type: 'Condition' })
