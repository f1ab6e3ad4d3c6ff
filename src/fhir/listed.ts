/** The items of a list; none where something else stands in its place, as in what was kept without being valid. */
export const listed = <T>(value: readonly T[] | undefined): readonly T[] => (Array.isArray(value) ? value : [])
