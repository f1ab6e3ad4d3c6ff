/**
 * Lists and groups belong to every patient whom they name, wherever (fhir/search/patients-of.ts): written down beside the versions that were
 * there before that was so. A deletion belongs to those of the version before it.
 */
export const patientsOfRolls = {
  number: 4,
  name: 'patients-of-rolls',
  statements: [
    `INSERT OR IGNORE INTO compartment (row, patient)
      SELECT row, CASE instr(rest, '/') WHEN 0 THEN rest ELSE substr(rest, 1, instr(rest, '/') - 1) END
      FROM (SELECT v.row AS row, substr(t.value, 9) AS rest FROM version AS v CROSS JOIN json_tree(v.text) AS t
        WHERE v.type IN ('Group', 'List') AND v.text IS NOT NULL AND t.key = 'reference' AND t.value LIKE 'Patient/_%')`,
    `INSERT OR IGNORE INTO compartment (row, patient)
      SELECT v.row, c.patient FROM version AS v CROSS JOIN version AS w CROSS JOIN compartment AS c
      WHERE v.type IN ('Group', 'List') AND v.text IS NULL AND w.resource = v.resource AND w.version = v.version - 1 AND c.row = w.row`,
  ],
}
