CREATE TABLE job (
  spec TEXT NOT NULL,
  phase TEXT NOT NULL,
  planned INTEGER NOT NULL DEFAULT 0,
  existing TEXT NOT NULL DEFAULT 'unknown',
  failure TEXT
);
CREATE TABLE entries (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL,
  target TEXT NOT NULL,
  size INTEGER NOT NULL,
  version TEXT,
  modified REAL,
  digests TEXT,
  content_type TEXT,
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
CREATE TABLE parts (
  entry INTEGER NOT NULL,
  number INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  size INTEGER NOT NULL,
  tag TEXT NOT NULL,
  digests TEXT,
  PRIMARY KEY (entry, number)
) WITHOUT ROWID;
CREATE TABLE existing (
  path TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  version TEXT,
  modified REAL,
  digests TEXT
) WITHOUT ROWID;
CREATE TABLE log (at REAL NOT NULL, type TEXT NOT NULL, entry INTEGER, code TEXT, attempt INTEGER);
CREATE TABLE requests (wanted TEXT NOT NULL);
PRAGMA user_version = 1;
