/** Our side of what was last agreed with a partner, where none of our versions is just that (`Link.ours` in change.ts). */
export const agreedLinks = {
  number: 6,
  name: 'agreed-links',
  statements: ['ALTER TABLE link ADD COLUMN ours TEXT'],
}
