/**
 * Versions whose labels keep them from callers (fhir/search/labels.ts): the few that there are. A deletion is guarded as the version before it.
 */
export const guardedVersions = {
  number: 5,
  name: 'guarded-versions',
  statements: [
    `CREATE TABLE guarded (row INTEGER PRIMARY KEY, level INTEGER NOT NULL)`,
    `INSERT INTO guarded (row, level)
      SELECT v.row, max(CASE WHEN t.atom IN ('PSYTHPN', 'HIPAAPsyNotes') THEN 2 ELSE 1 END)
      FROM version AS v CROSS JOIN json_tree(v.text) AS t
      WHERE v.text IS NOT NULL AND t.key = 'code' AND t.atom IN ('PSYTHPN', 'HIPAAPsyNotes', '42CFRPart2', 'V')
        AND (t.fullkey LIKE '$.meta.security%' OR t.fullkey LIKE '$.securityLabel%')
      GROUP BY v.row`,
    `INSERT INTO guarded (row, level)
      SELECT v.row, g.level FROM version AS v CROSS JOIN version AS w CROSS JOIN guarded AS g
      WHERE v.text IS NULL AND w.resource = v.resource AND w.version = v.version - 1 AND g.row = w.row`,
  ],
}
