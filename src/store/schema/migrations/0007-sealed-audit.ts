/**
 * Lines of the audit by the instant of their commit. digest: the seal, a hash of the line and of the seal before it; lines from before have
 * none. The last one stands in `meta` as well, so that an end that was cut off shows.
 */
export const sealedAudit = {
  number: 7,
  name: 'sealed-audit',
  statements: [
    `ALTER TABLE audit DROP COLUMN writer`,
    `ALTER TABLE audit DROP COLUMN previous`,
    `CREATE INDEX audit_by_at ON audit (at)`,
  ],
}
