/** LOINC codes carry a check digit: a cheap guard against codes that were mistyped or made up. https://loinc.org/kb/users-guide/ */

/** Is the digit after the hyphen the one that belongs to the number before it? For codes (`44261-6`) and answers (`LA6568-5`). */
export function hasCheckDigit(code: string): boolean {
  const hyphen = code.indexOf('-')
  const answer = code.startsWith('LA')
  const digits = code.slice(answer ? 2 : 0, hyphen)
  const check = code.slice(hyphen + 1)
  if (hyphen < 0 || !/^\d{1,12}$/.test(digits) || !/^\d$/.test(check)) return false
  // Answer codes count their letters as if they were digits of weight 5 or 2, by which place these stand at.
  const letters = answer ? (digits.length % 2 === 0 ? 5 : 2) : 0
  return (checkDigit(digits) + letters) % 10 === Number(check)
}

/** Mod 10: the digits in odd places from the right, read as one number and doubled, and the others, summed digit by digit. */
function checkDigit(digits: string): number {
  const fromRight = [...digits].reverse()
  const odd = fromRight.filter((_, i) => i % 2 === 0).reverse()
  const even = fromRight.filter((_, i) => i % 2 === 1)
  const doubled = String(BigInt(odd.join('')) * 2n)
  const sum = [...doubled, ...even].reduce((total, digit) => total + Number(digit), 0)
  return (10 - (sum % 10)) % 10
}
