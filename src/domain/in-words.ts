/** What a concept says to a reader: the words that somebody wrote, else those of its first code that has some. */

interface Coded {
  readonly system?: string | undefined
  readonly code?: string | undefined
  readonly display?: string | undefined
}

/** The descriptors of CPT are not ours to show. */
const withoutWords = 'http://www.ama-assn.org/go/cpt'

export function inWords(
  concept: { readonly text?: string | undefined; readonly coding?: readonly Coded[] | undefined } | undefined,
): string | undefined {
  const { text, coding = [] } = concept ?? {}
  return (
    text ??
    coding.find(({ system, display }) => display !== undefined && system !== withoutWords)?.display ??
    coding.find(({ code }) => code !== undefined)?.code
  )
}
