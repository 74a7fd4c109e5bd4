/**
 * The hub's tables, one entry a version: a database of an older version is brought forward by running the entries that
 * it lacks. Times are milliseconds since the epoch. Entries that were released are never changed.
 */
export const hubMigrations: readonly string[] = [
  `
CREATE TABLE accounts (
  name TEXT PRIMARY KEY,
  scopes TEXT NOT NULL,
  prefixes TEXT,
  quota INTEGER,
  used INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL,
  revoked INTEGER
);
CREATE TABLE account_keys (
  kid TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  alg TEXT NOT NULL,
  jwk TEXT NOT NULL,
  created INTEGER NOT NULL,
  ends INTEGER
);
CREATE INDEX keys_of_account ON account_keys (account);
CREATE TABLE assertions (
  account TEXT NOT NULL,
  jti TEXT NOT NULL,
  ends INTEGER NOT NULL,
  PRIMARY KEY (account, jti)
);
CREATE INDEX assertions_by_end ON assertions (ends);
CREATE TABLE objects (
  path TEXT PRIMARY KEY,
  version TEXT NOT NULL UNIQUE,
  owner TEXT NOT NULL,
  size INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  crc32 TEXT NOT NULL,
  content_type TEXT,
  locked INTEGER NOT NULL DEFAULT 0,
  expires INTEGER
);
CREATE INDEX objects_of_owner ON objects (owner, path);
CREATE INDEX objects_by_expiry ON objects (expires) WHERE expires IS NOT NULL;
CREATE TABLE pieces (
  version TEXT NOT NULL,
  number INTEGER NOT NULL,
  blob TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  PRIMARY KEY (version, number)
);
CREATE TABLE uploads (
  id TEXT PRIMARY KEY,
  path TEXT NOT NULL,
  owner TEXT NOT NULL,
  started INTEGER NOT NULL,
  touched INTEGER NOT NULL,
  begun TEXT NOT NULL,
  answer TEXT
);
CREATE INDEX uploads_of_owner ON uploads (owner, id);
CREATE INDEX uploads_by_use ON uploads (touched);
CREATE TABLE parts (
  upload TEXT NOT NULL,
  number INTEGER NOT NULL,
  start INTEGER NOT NULL,
  size INTEGER NOT NULL,
  crc32 TEXT NOT NULL,
  tag TEXT NOT NULL,
  blob TEXT NOT NULL UNIQUE,
  PRIMARY KEY (upload, number)
);
CREATE TABLE garbage (blob TEXT PRIMARY KEY);
CREATE TABLE shares (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  hash TEXT NOT NULL UNIQUE,
  id TEXT NOT NULL,
  owner TEXT NOT NULL,
  request TEXT NOT NULL,
  metadata TEXT NOT NULL,
  key_lock TEXT,
  token_required INTEGER NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER,
  max_opens INTEGER,
  opens INTEGER NOT NULL DEFAULT 0,
  opened INTEGER,
  revoked INTEGER,
  ended INTEGER,
  objects INTEGER NOT NULL,
  bytes INTEGER NOT NULL
);
CREATE INDEX shares_of_owner ON shares (owner, seq);
CREATE INDEX shares_alive ON shares (expires) WHERE ended IS NULL;
CREATE TABLE share_objects (
  share INTEGER NOT NULL,
  path TEXT NOT NULL,
  PRIMARY KEY (share, path)
);
CREATE INDEX shares_of_object ON share_objects (path);
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  share INTEGER NOT NULL,
  at INTEGER NOT NULL,
  event TEXT NOT NULL,
  account TEXT,
  reason TEXT
);
CREATE INDEX audit_of_share ON audit (share, id);
`,
  `
ALTER TABLE accounts ADD COLUMN objects INTEGER NOT NULL DEFAULT 0;
UPDATE accounts SET objects = (SELECT count(*) FROM objects WHERE owner = accounts.name);
CREATE INDEX shares_living ON shares (owner) WHERE ended IS NULL;
CREATE INDEX uploads_unfinished ON uploads (owner) WHERE answer IS NULL;
`,
]
