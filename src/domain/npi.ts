/**
 * National Provider Identifier: ten digits, the last a check digit by Luhn over `80840` and the number.
 * https://www.cms.gov/Regulations-and-Guidance/Administrative-Simplification/NationalProvIdentStand/Downloads/NPIcheckdigit.pdf
 */
import { z } from 'zod'

export function isNpi(text: string): boolean {
  if (!/^[12]\d{9}$/.test(text)) return false
  // 80840 contributes 24, whatever follows it.
  let sum = 24
  for (let i = 0; i < 10; i++) {
    const digit = Number(text[9 - i])
    const doubled = i % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

export const Npi = z
  .string()
  .regex(/^[12]\d{9}$/)
  .refine(isNpi, 'its check digit is wrong')
