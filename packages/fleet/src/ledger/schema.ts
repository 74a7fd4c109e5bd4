/**
 * The ledger's tables, one entry a version; times are milliseconds since the epoch. Entries that were released are never
 * changed. What is to be moved stands here and not in the queue: a part's `plan` names paths and images until the part is
 * verified, and nothing after that.
 */
export const ledgerMigrations: readonly string[] = [
  `
CREATE TABLE fleet_settings (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE fleet_queues (
  name TEXT PRIMARY KEY,
  destination TEXT NOT NULL,
  paused INTEGER NOT NULL
);
CREATE TABLE fleet_runs (
  id TEXT PRIMARY KEY,
  queue TEXT NOT NULL REFERENCES fleet_queues (name),
  spec TEXT NOT NULL,
  state TEXT NOT NULL,
  created INTEGER NOT NULL
);
CREATE TABLE fleet_studies (
  id TEXT PRIMARY KEY,
  run TEXT NOT NULL REFERENCES fleet_runs (id),
  plan BLOB NOT NULL,
  state TEXT NOT NULL,
  parts INTEGER NOT NULL,
  entries INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  queued INTEGER NOT NULL,
  ended INTEGER
);
CREATE INDEX fleet_studies_of_run ON fleet_studies (run, state, id);
CREATE TABLE fleet_parts (
  study TEXT NOT NULL REFERENCES fleet_studies (id),
  number INTEGER NOT NULL,
  state TEXT NOT NULL,
  entries INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  plan TEXT,
  code TEXT,
  failed INTEGER NOT NULL,
  begun INTEGER NOT NULL,
  holder TEXT,
  sent INTEGER NOT NULL,
  ended INTEGER,
  PRIMARY KEY (study, number)
);
`,
  // Parts of plans that others took the place of, while a worker may still be at them: nothing of the new plan is begun then.
  `
CREATE TABLE fleet_held (
  study TEXT NOT NULL,
  run TEXT NOT NULL,
  number INTEGER NOT NULL,
  holder TEXT NOT NULL,
  PRIMARY KEY (study, run, number)
);
`,
  // A holder is heard of no more after its lease (milliseconds), and what it held is free at `until`, by the database's clock. `lost`:
  // a holder was given up for another and may live on. `since`: see `BegunPart`.
  `
ALTER TABLE fleet_parts ADD COLUMN lease INTEGER;
ALTER TABLE fleet_parts ADD COLUMN lost INTEGER;
ALTER TABLE fleet_parts ADD COLUMN since INTEGER;
ALTER TABLE fleet_held ADD COLUMN lease INTEGER;
ALTER TABLE fleet_held ADD COLUMN until INTEGER;
`,
]
