/** Layout of a journal file. A newer `user_version` is refused; older ones are migrated forward: see `migrate`. */
export const journalVersion = 2

/**
 * `size` is NULL where the source did not tell it; entries of one `parcel` are moved together. `twin` is the path of an
 * entry that has the same target, where no other can be given.
 */
export const entriesSchema = `
CREATE TABLE entries (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL,
  target TEXT NOT NULL,
  size INTEGER,
  version TEXT,
  modified REAL,
  digests TEXT,
  content_type TEXT,
  parcel TEXT,
  twin TEXT,
  status INTEGER NOT NULL DEFAULT 0,
  begun INTEGER NOT NULL DEFAULT 0,
  crashed INTEGER NOT NULL DEFAULT 0,
  damaged INTEGER NOT NULL DEFAULT 0,
  code TEXT,
  message TEXT,
  upload TEXT,
  stored_bytes INTEGER,
  stored_digests TEXT,
  stored_version TEXT,
  verified INTEGER,
  at REAL
);
CREATE INDEX crashed ON entries (id) WHERE crashed = 1;
CREATE INDEX uploading ON entries (id) WHERE upload IS NOT NULL;
CREATE INDEX parcelled ON entries (parcel, id) WHERE parcel IS NOT NULL;
`

export const existingSchema = `
CREATE TABLE existing (
  path TEXT PRIMARY KEY,
  size INTEGER,
  version TEXT,
  modified REAL,
  digests TEXT
) WITHOUT ROWID;
`

/** What the writer of a parcel saved, for another process to go on with. */
export const parcelsSchema = `
CREATE TABLE parcels (parcel TEXT PRIMARY KEY, saved TEXT NOT NULL) WITHOUT ROWID;
`

export const journalSchema = `
CREATE TABLE job (
  spec TEXT NOT NULL,
  phase TEXT NOT NULL,
  planned INTEGER NOT NULL DEFAULT 0,
  existing TEXT NOT NULL DEFAULT 'unknown',
  failure TEXT
);
${entriesSchema}CREATE TABLE parts (
  entry INTEGER NOT NULL,
  number INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  size INTEGER NOT NULL,
  tag TEXT NOT NULL,
  digests TEXT,
  PRIMARY KEY (entry, number)
) WITHOUT ROWID;
${existingSchema}${parcelsSchema}CREATE TABLE log (at REAL NOT NULL, type TEXT NOT NULL, entry INTEGER, code TEXT, attempt INTEGER);
CREATE TABLE requests (wanted TEXT NOT NULL);
PRAGMA user_version = ${journalVersion};
`

export const insertJob = `INSERT INTO job (spec, phase) VALUES (?, 'draft')`

/** What `entries.damaged` says beside 0: see `JournalEntry`. */
export const damage = { found: 1, doubted: 2 } as const

/** What `entries.status` says. */
export const status = { pending: 0, active: 1, done: 2, same: 3, exists: 4, failed: 5 } as const
