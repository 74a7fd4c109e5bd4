/**
 * The catalogue's tables, one entry a version. Times are milliseconds since the epoch. Entries that were released are
 * never changed.
 *
 * `instances` are bytes, known by their SHA-256, whether an image or not; `receipts` say where they lie. A receipt is never
 * deleted: `removed` says since when the bytes are not there any more, taken away or replaced. `staged` is what the plan of
 * a job read from headers, until the receipts of the job are recorded. `manifests` are what lies beside the data: size and
 * SHA-256 as they were sent, unknown of those that were there before the catalogue remembered any; `replaced` are those of a
 * session that newer ones tell better.
 */
export const catalogueMigrations: readonly string[] = [
  `
CREATE TABLE locations (id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE);
CREATE TABLE keys (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  recipient TEXT NOT NULL,
  naming BLOB NOT NULL,
  sealed BLOB NOT NULL,
  created INTEGER NOT NULL
);
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  created INTEGER NOT NULL,
  deleted INTEGER,
  UNIQUE (owner, name)
);
CREATE TABLE studies (
  id INTEGER PRIMARY KEY,
  uid TEXT NOT NULL UNIQUE,
  date TEXT,
  description TEXT,
  patient_id TEXT,
  patient_name TEXT
);
CREATE INDEX studies_by_date ON studies (date);
CREATE INDEX studies_by_patient ON studies (patient_id) WHERE patient_id IS NOT NULL;
CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  study INTEGER NOT NULL REFERENCES studies (id),
  uid TEXT NOT NULL,
  modality TEXT,
  UNIQUE (study, uid)
);
CREATE INDEX series_by_uid ON series (uid);
CREATE TABLE instances (
  id INTEGER PRIMARY KEY,
  sha256 BLOB NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  series INTEGER REFERENCES series (id),
  uid TEXT,
  sop_class TEXT,
  transfer_syntax TEXT,
  frames INTEGER
);
CREATE INDEX instances_by_uid ON instances (uid) WHERE uid IS NOT NULL;
CREATE INDEX instances_of_series ON instances (series) WHERE series IS NOT NULL;
CREATE TABLE units (
  id INTEGER PRIMARY KEY,
  location INTEGER NOT NULL REFERENCES locations (id),
  root TEXT NOT NULL,
  shards TEXT NOT NULL,
  key TEXT,
  UNIQUE (root, location)
);
CREATE TABLE receipts (
  id INTEGER PRIMARY KEY,
  instance INTEGER NOT NULL REFERENCES instances (id),
  location INTEGER NOT NULL REFERENCES locations (id),
  path TEXT NOT NULL,
  unit INTEGER REFERENCES units (id),
  cid TEXT,
  version TEXT,
  told TEXT,
  modified REAL,
  tier TEXT,
  retain_until INTEGER,
  at INTEGER NOT NULL,
  verified INTEGER NOT NULL,
  checked INTEGER,
  removed INTEGER
);
CREATE UNIQUE INDEX receipts_by_path ON receipts (location, path) WHERE removed IS NULL;
CREATE INDEX receipts_of_instance ON receipts (instance);
CREATE INDEX receipts_of_unit ON receipts (unit) WHERE unit IS NOT NULL;
CREATE INDEX receipts_by_cid ON receipts (cid) WHERE cid IS NOT NULL;
CREATE TABLE session_receipts (
  session INTEGER NOT NULL REFERENCES sessions (id),
  receipt INTEGER NOT NULL REFERENCES receipts (id),
  PRIMARY KEY (session, receipt)
) WITHOUT ROWID;
CREATE INDEX sessions_of_receipt ON session_receipts (receipt);
CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  who TEXT NOT NULL,
  session INTEGER REFERENCES sessions (id),
  target TEXT,
  place TEXT,
  entries INTEGER NOT NULL,
  bytes INTEGER NOT NULL
);
CREATE INDEX events_by_time ON events (at);
CREATE INDEX events_of_session ON events (session) WHERE session IS NOT NULL;
CREATE TABLE staged (
  job TEXT NOT NULL,
  path TEXT NOT NULL,
  said TEXT NOT NULL,
  PRIMARY KEY (job, path)
) WITHOUT ROWID;
`,
  `
CREATE TABLE manifests (
  id INTEGER PRIMARY KEY,
  location INTEGER NOT NULL REFERENCES locations (id),
  session INTEGER REFERENCES sessions (id),
  path TEXT NOT NULL,
  size INTEGER,
  sha256 BLOB,
  at INTEGER NOT NULL,
  replaced INTEGER,
  UNIQUE (location, path)
);
CREATE INDEX manifests_of_session ON manifests (session);
`,
]
