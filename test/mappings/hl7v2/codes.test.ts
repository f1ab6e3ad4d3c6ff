import { expect, test } from 'vitest'
import { administrativeSex } from '../../../mappings/codes/hl7v2-administrative-sex.ts'
import { codingSystem } from '../../../mappings/codes/hl7v2-coding-system.ts'
import { diagnosisType } from '../../../mappings/codes/hl7v2-diagnosis-type.ts'
import { dischargeDisposition, dispositionLabels } from '../../../mappings/codes/hl7v2-discharge-disposition.ts'
import { patientClass } from '../../../mappings/codes/hl7v2-patient-class.ts'
import { addressType, nameType, telecomEquipment, telecomUse } from '../../../mappings/codes/hl7v2-person.ts'

const tables = {
  administrativeSex,
  codingSystem,
  diagnosisType,
  dischargeDisposition,
  patientClass,
  addressType,
  nameType,
  telecomEquipment,
  telecomUse,
}

test.each(Object.entries(tables))('%s works both ways: what a term is written as reads as that term', (_, table) => {
  for (const term of table.terms) {
    const { code, system } = table.codeOf(term as never)
    expect(table.termOf(code, system)).toBe(term)
  }
})

test('dispositions 81 to 95 are those of 01 to 70 with a planned readmission, and all have two digits', () => {
  const planned = Object.entries(dispositionLabels).filter(([code]) => code >= '81')
  expect(planned).toHaveLength(15)
  expect(planned.every(([, label]) => label.endsWith(', readmission planned'))).toBe(true)
  expect(Object.keys(dispositionLabels).every((code) => /^\d\d$/.test(code))).toBe(true)
})
