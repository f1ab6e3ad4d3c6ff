/** What a line costs: its payer's rule says what one unit of its code does. */
import type { ServiceLine } from '../domain/service-line.ts'

/** Exact; undefined where units are no whole number. `fee`: dollars, two decimals at the most. */
export function chargeFor(fee: string, units: string): ServiceLine['charge'] {
  if (!/^\d{1,9}$/.test(units)) return undefined
  const [whole = '', cents = ''] = fee.split('.')
  const digits = String(BigInt(`${whole}${cents.padEnd(2, '0')}`) * BigInt(units)).padStart(3, '0')
  return { amount: `${digits.slice(0, -2)}.${digits.slice(-2)}`, currency: 'USD' }
}
