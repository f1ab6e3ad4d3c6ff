/** The tables of a store. https://www.sqlite.org/withoutrowid.html for the ones that are nothing but an index. */
export const firstTables = {
  number: 1,
  name: 'first-tables',
  statements: [
    // The commits: each has the next number and an instant later than that of any commit on the disk before it.
    // latest: no version up to here has a later instant. row: versions written by this commit or later have this row or a higher one.
    `CREATE TABLE moment (sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, latest INTEGER NOT NULL, row INTEGER NOT NULL)`,
    `CREATE INDEX moment_by_latest ON moment (latest)`,

    // All versions, in commit order, never changed. text: as served, byte for byte; a deletion has none.
    `CREATE TABLE version (row INTEGER PRIMARY KEY, resource INTEGER NOT NULL, type TEXT NOT NULL, version INTEGER NOT NULL,
      at INTEGER NOT NULL, sequence INTEGER NOT NULL, text TEXT)`,
    `CREATE UNIQUE INDEX version_by_resource ON version (resource, version)`,
    `CREATE INDEX version_by_type ON version (type)`,

    // What is current. number: the row of its first version, so that numbers grow in the order of creation. current: the row of its last.
    `CREATE TABLE resource (number INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
      current INTEGER NOT NULL, at INTEGER NOT NULL, deleted INTEGER NOT NULL)`,
    `CREATE UNIQUE INDEX resource_by_id ON resource (type, id)`,
    `CREATE INDEX resource_by_at ON resource (type, at)`,

    // Which patients' compartments a version belongs to; versions that belong to none have no row.
    `CREATE TABLE compartment (row INTEGER NOT NULL, patient TEXT NOT NULL, PRIMARY KEY (row, patient)) WITHOUT ROWID`,

    // The search index: see index.ts.
    `CREATE TABLE parameter (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)`,
    `CREATE TABLE term (number INTEGER PRIMARY KEY, hash INTEGER NOT NULL, system TEXT, value TEXT)`,
    `CREATE INDEX term_by_hash ON term (hash)`,
    `CREATE TABLE segment (number INTEGER PRIMARY KEY)`,
    `CREATE TABLE posting (segment INTEGER NOT NULL, key INTEGER NOT NULL, number INTEGER NOT NULL,
      PRIMARY KEY (segment, key, number)) WITHOUT ROWID`,
    `CREATE TABLE period (number INTEGER NOT NULL, parameter INTEGER NOT NULL, lo INTEGER NOT NULL, hi INTEGER NOT NULL,
      PRIMARY KEY (number, parameter, lo, hi)) WITHOUT ROWID`,
    `CREATE INDEX period_by_lo ON period (number >> 13, parameter, lo, hi)`,
    `CREATE INDEX period_by_hi ON period (number >> 13, parameter, hi, lo) WHERE hi - lo >= 86400000`,
    `CREATE TABLE amount (number INTEGER NOT NULL, parameter INTEGER NOT NULL, lo REAL NOT NULL, hi REAL NOT NULL, unit INTEGER NOT NULL,
      printed INTEGER NOT NULL, PRIMARY KEY (number, parameter, lo, hi, unit, printed)) WITHOUT ROWID`,
    `CREATE TABLE word (number INTEGER NOT NULL, parameter INTEGER NOT NULL, value TEXT NOT NULL, exact TEXT NOT NULL,
      PRIMARY KEY (number, parameter, value, exact)) WITHOUT ROWID`,
    `CREATE INDEX word_by_value ON word (number >> 13, parameter, value)`,
    `CREATE TABLE indexed (number INTEGER PRIMARY KEY, keys TEXT NOT NULL)`,
    // Resources by their main date: see dated.ts.
    `CREATE TABLE dated (key INTEGER NOT NULL, long INTEGER NOT NULL, newest INTEGER NOT NULL, chunk INTEGER NOT NULL,
      part INTEGER NOT NULL, oldest INTEGER NOT NULL, list TEXT NOT NULL, PRIMARY KEY (key, long, newest, chunk, part)) WITHOUT ROWID`,
    `CREATE TABLE listed (row INTEGER NOT NULL)`,
    `INSERT INTO listed (row) VALUES (0)`,

    // What arrived from outside.
    `CREATE TABLE message (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL UNIQUE, source TEXT NOT NULL,
      kind TEXT NOT NULL, raw TEXT NOT NULL, digest TEXT NOT NULL, state TEXT NOT NULL, issues TEXT NOT NULL, answer TEXT NOT NULL,
      wrote TEXT NOT NULL, at INTEGER NOT NULL, sequence INTEGER NOT NULL)`,
    `CREATE INDEX message_by_state ON message (state)`,

    // The outbox. place: order of first insertion. head: 1 on the first of its lane that is neither delivered nor dead.
    `CREATE TABLE delivery (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, connection TEXT NOT NULL, lane TEXT NOT NULL,
      type TEXT NOT NULL, resource TEXT NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,
      due INTEGER NOT NULL, inFlight INTEGER NOT NULL, outcome TEXT, at INTEGER NOT NULL, head INTEGER NOT NULL, sequence INTEGER NOT NULL)`,
    `CREATE INDEX delivery_open ON delivery (connection, lane, place) WHERE state IN ('pending', 'waiting')`,
    `CREATE INDEX delivery_heads ON delivery (connection, due) WHERE head = 1`,
    `CREATE INDEX delivery_by_state ON delivery (state)`,
    `CREATE INDEX delivery_by_connection ON delivery (connection)`,
    `CREATE INDEX delivery_by_resource ON delivery (type, resource)`,

    // Our resource and a connection's.
    `CREATE TABLE link (connection TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, remoteType TEXT NOT NULL, remoteId TEXT NOT NULL,
      remoteVersion TEXT, base TEXT NOT NULL, version INTEGER NOT NULL, sequence INTEGER NOT NULL)`,
    `CREATE UNIQUE INDEX link_by_ours ON link (connection, type, id)`,
    `CREATE INDEX link_by_theirs ON link (connection, remoteType, remoteId)`,

    // Documents for which FHIR has no place.
    `CREATE TABLE record (kind TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL, expires INTEGER, sequence INTEGER NOT NULL)`,
    `CREATE UNIQUE INDEX record_by_key ON record (kind, key)`,
    `CREATE INDEX record_by_expiry ON record (expires) WHERE expires IS NOT NULL`,

    // Who did what. writer, previous, digest: room for a chain of hashes per writer.
    `CREATE TABLE audit (place INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, at INTEGER NOT NULL, entry TEXT NOT NULL,
      writer TEXT, previous TEXT, digest TEXT)`,
  ],
}
