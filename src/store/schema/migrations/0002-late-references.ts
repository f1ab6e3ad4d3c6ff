/** References to what came later are terms: they are found by their text, so that chains can follow them. */
export const lateReferences = {
  number: 2,
  name: 'late-references',
  statements: [`CREATE INDEX term_by_text ON term (value) WHERE system IS NULL`],
}
