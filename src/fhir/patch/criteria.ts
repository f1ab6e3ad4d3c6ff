/** Which criteria a patch may ask: comparisons and questions of presence; no patterns, which could be made to run for ever. */
import {
  AndAtom,
  type Atom,
  DotAtom,
  EmptySetAtom,
  EqualsAtom,
  FunctionAtom,
  IndexerAtom,
  LiteralAtom,
  NotEqualsAtom,
  OrAtom,
  SymbolAtom,
} from '@medplum/core'

const harmless = new Set([
  'where',
  'exists',
  'empty',
  'not',
  'first',
  'last',
  'count',
  'extension',
  'ofType',
  'startsWith',
  'endsWith',
])

/** Whether an expression, parsed, consists of those alone, all the way down. */
export function isHarmless(atom: Atom): boolean {
  if (atom instanceof FunctionAtom) return harmless.has(atom.name) && atom.args.every(isHarmless)
  if (atom instanceof IndexerAtom) return isHarmless(atom.left) && isHarmless(atom.expr)
  if ([DotAtom, EqualsAtom, NotEqualsAtom, AndAtom, OrAtom].some((kind) => atom instanceof kind)) {
    const { left, right } = atom as DotAtom
    return isHarmless(left) && isHarmless(right)
  }
  return atom instanceof SymbolAtom || atom instanceof LiteralAtom || atom instanceof EmptySetAtom
}

/** Whether an expression, parsed and harmless, asks for ids or extensions. */
export function asksBeside(atom: Atom): boolean {
  if (atom instanceof FunctionAtom) return atom.name === 'extension' || atom.args.some(asksBeside)
  if (atom instanceof IndexerAtom) return asksBeside(atom.left)
  if (atom instanceof SymbolAtom) return atom.name === 'extension' || atom.name === 'id'
  const { left, right } = atom as Partial<DotAtom>
  return [left, right].some((one) => one !== undefined && asksBeside(one))
}
