import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hasCheckDigit } from './loinc.ts'

it('knows codes and answers that LOINC has', () => {
  for (const code of ['44249-1', '44261-6', '69737-5', '70274-6', '93373-9', '93374-7', '2160-0', '8867-4', '718-7', '59284-0']) {
    expect(hasCheckDigit(code), code).toBe(true)
  }
  for (const answer of ['LA6568-5', 'LA33-6', 'LA32-8', 'LA9193-9', 'LA28397-0']) expect(hasCheckDigit(answer), answer).toBe(true)
})

it('catches every single mistyped digit', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('44261-6', '70274-6', '93373-9', 'LA6568-5', 'LA9194-7'),
      fc.nat(8),
      fc.nat(9),
      (code, place, digit) => {
        const at = place % code.length
        if (!/\d/.test(code[at]!) || code[at] === String(digit)) return
        expect(hasCheckDigit(code.slice(0, at) + digit + code.slice(at + 1))).toBe(false)
      },
    ),
    { numRuns: 300 },
  )
})

it('is not fooled by what is no code', () => {
  for (const text of ['', '-', '44261', '44261-', '-6', '44261-66', 'LA-5', 'LA', 'x44261-6', '44261-x', '1e3-4', '٣-4']) {
    expect(hasCheckDigit(text), text).toBe(false)
  }
})
