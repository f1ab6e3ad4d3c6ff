/** Amounts and quantities as X12 writes them (data type R): exact, without zeros at either end. */

/** Cents; undefined for what is less than nothing, no whole cents, or more than a claim can say (eight digits of dollars). */
export function centsOf(amount: string): bigint | undefined {
  const [, whole = '', fraction = ''] = /^(\d{1,20})(?:\.(\d{1,20}))?$/.exec(amount) ?? []
  if (whole === '' || /[1-9]/.test(fraction.slice(2))) return undefined
  const cents = BigInt(whole) * 100n + BigInt(fraction.padEnd(2, '0').slice(0, 2))
  return cents < 10_000_000_000n ? cents : undefined
}

export const dollars = (cents: bigint): string => shortest(`${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`)

/** Units of a line: more than none, three decimals and eight digits at the most. */
export function unitsOf(units: string): string | undefined {
  if (!/^\d{1,8}(\.\d{1,20})?$/.test(units) || !/[1-9]/.test(units)) return undefined
  const text = shortest(units.replace(/^0+(?=\d)/, ''))
  const [whole = '', fraction = ''] = text.split('.')
  return fraction.length <= 3 && whole.length + fraction.length <= 8 ? text : undefined
}

const shortest = (decimal: string): string =>
  decimal.includes('.') ? decimal.replace(/0{1,20}$/, '').replace(/\.$/, '') : decimal
