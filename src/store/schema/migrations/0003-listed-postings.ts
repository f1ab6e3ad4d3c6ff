/**
 * Postings as lists: a row for many resources instead of one for each. What lists by date do not have yet is read into memory at the start,
 * so postings of those resources are left out here. 128 and 13: see postings.ts and index-entries.ts.
 */
export const listedPostings = {
  number: 3,
  name: 'listed-postings',
  statements: [
    `ALTER TABLE posting RENAME TO single`,
    // first: the first of the list. list: as JSON; NULL where the first is the only one.
    `CREATE TABLE posting (segment INTEGER NOT NULL, key INTEGER NOT NULL, first INTEGER NOT NULL, list TEXT,
      PRIMARY KEY (segment, key, first)) WITHOUT ROWID`,
    `INSERT INTO posting (segment, key, first, list)
      SELECT segment, key, min(number), CASE WHEN count(*) > 1 THEN json_group_array(number) END
      FROM (SELECT segment, key, number, (row_number() OVER (PARTITION BY segment, key ORDER BY number) - 1) / 128 AS part
        FROM single WHERE number < (SELECT row FROM listed) ORDER BY segment, key, number)
      GROUP BY segment, key, part`,
    `DROP TABLE single`,
    // Keys stand between two zeros from now on: see dialect.ts.
    `UPDATE indexed SET keys = '[0,' || substr(keys, 2, length(keys) - 2) || ',0]'`,
  ],
}
