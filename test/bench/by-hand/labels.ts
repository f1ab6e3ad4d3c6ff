/** Security labels by hand: the rows of `mappings/shared/labels.ts`. */
import type * as fhir from '@medplum/fhirtypes'
import type { Client } from '../../../src/domain/client.ts'
import { legalBases, sensitivities } from '../../../src/domain/labels.ts'
import { code, known, type Report } from './checks.ts'

type Labels = Pick<Client, 'sensitivity' | 'confidentiality' | 'legalBasis'>

const actCode = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'
const confidentiality = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'
const levels = known('U', 'L', 'M', 'N', 'R', 'V')
const sensitive = known(...sensitivities)
const legal = known(...legalBases)
const levelPath = `meta.security.where({"system":"${confidentiality}"}).code`

export function readLabels(meta: fhir.Meta | undefined, report: Report): Labels {
  const sensitivity: Labels['sensitivity'][number][] = []
  const legalBasis: Labels['legalBasis'][number][] = []
  let level: string | undefined
  if (Array.isArray(meta?.security))
    for (const one of meta.security) {
      if (one?.system === actCode && sensitive.has(one.code!)) sensitivity.push(one.code as 'PSY')
      else if (one?.system === actCode && legal.has(one.code!)) legalBasis.push(one.code as '42CFRPart2')
      else if (one?.system === confidentiality) level ??= one.code
    }
  return { sensitivity, confidentiality: code<'U'>(level, levels, levelPath, report), legalBasis }
}

export function writeLabels(value: Labels, now: fhir.Meta | undefined): fhir.Meta | undefined {
  const labels: fhir.Coding[] = [...value.sensitivity, ...value.legalBasis].map((code) => ({ system: actCode, code }))
  if (value.confidentiality) labels.push({ system: confidentiality, code: value.confidentiality })
  const others = now?.security?.filter(({ system }) => system !== actCode && system !== confidentiality) ?? []
  if (labels.length === 0 && others.length === (now?.security?.length ?? 0)) return now
  return { ...now, security: [...others, ...labels] }
}
