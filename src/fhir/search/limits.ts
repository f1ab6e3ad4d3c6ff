/**
 * Announced limits of one search. `values`: of all parameters together; `compared`: of them those that cannot be looked up; `links`: of all
 * chains together; `items`: of lists, of which composites ask each by itself. `held`: how often the entries of a transaction are held against its own conditions.
 */
export const searchLimits = {
  parameters: 100,
  valueLength: 20_000,
  values: 5000,
  compared: 50,
  links: 50,
  items: 500,
  sortKeys: 10,
  defaultCount: 20,
  maxCount: 1000,
  held: 1_000_000,
} as const
