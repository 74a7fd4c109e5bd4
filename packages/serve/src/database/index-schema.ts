/** Of `indexSchema`: an index of another version is thrown away and made again, because all of it comes from the store. */
export const indexVersion = 1

/**
 * The index's tables. Ids are never used again, so that what is listed can be told from what came meanwhile.
 *
 * An entry is every file that was looked at, images or not, so that it is not read again while it stays the same. Of
 * several files of one image, the one whose path comes first is `shown`.
 */
export const indexSchema = `
CREATE TABLE studies (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL UNIQUE,
  patient_id TEXT NOT NULL,
  accession TEXT NOT NULL,
  date TEXT NOT NULL,
  json TEXT NOT NULL,
  source INTEGER NOT NULL,
  instances INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX studies_by_patient ON studies (patient_id);
CREATE INDEX studies_by_accession ON studies (accession);
CREATE INDEX studies_by_date ON studies (date);
CREATE TABLE series (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  study INTEGER NOT NULL,
  uid TEXT NOT NULL,
  modality TEXT NOT NULL,
  json TEXT NOT NULL,
  source INTEGER NOT NULL,
  instances INTEGER NOT NULL DEFAULT 0,
  UNIQUE (study, uid)
);
CREATE INDEX series_by_uid ON series (uid);
CREATE INDEX series_of_modality ON series (study, modality);
CREATE TABLE entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  path TEXT NOT NULL UNIQUE,
  size INTEGER,
  version TEXT,
  modified INTEGER,
  kind TEXT NOT NULL,
  series INTEGER,
  uid TEXT,
  syntax TEXT,
  json TEXT,
  shown INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX copies ON entries (series, uid, path) WHERE kind = 'instance';
CREATE INDEX instances_of_series ON entries (series, id) WHERE shown = 1;
CREATE INDEX instances_by_uid ON entries (uid) WHERE shown = 1;
CREATE INDEX instances_in_order ON entries (id) WHERE shown = 1;
CREATE INDEX hidden_copies ON entries (id) WHERE kind = 'instance' AND shown = 0;
CREATE INDEX entries_of_kind ON entries (kind);
`
