import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { expect, test } from 'vitest'

import { createJobSpec } from '../create-job-spec.ts'
import { all } from '../testing/all.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { SqliteJournal } from './sqlite-journal.ts'

const versionOne = readFileSync(new URL('../testing/journal-version-1.sql', import.meta.url), 'utf8')

test('a journal of version 1 is brought to this one, and nothing of it is lost', async () => {
  const file = join(temporaryFolder(), 'old.job')
  const old = new DatabaseSync(file)
  old.exec(versionOne)
  old
    .prepare('INSERT INTO job (spec, phase, planned, existing) VALUES (?, ?, 1, ?)')
    .run(JSON.stringify(createJobSpec({ from: 'memory:a', to: 'memory:b' })), 'running', 'complete')
  const insert = old.prepare('INSERT INTO entries (path, target, size, status, upload) VALUES (?, ?, ?, ?, ?)')
  insert.run('a.dcm', 'x/a.dcm', 10, 2, null)
  insert.run('b.dcm', 'x/b.dcm', 20, 1, JSON.stringify({ path: 'x/b.dcm', id: 'u' }))
  old.exec(
    "INSERT INTO parts VALUES (2, 1, 0, 20, 't', NULL); INSERT INTO existing VALUES ('x/b.dcm', 7, 'v', NULL, NULL)",
  )
  old.close()

  const looked = SqliteJournal.look(file)
  expect(await looked.load()).toMatchObject({ total: { entries: 2, bytes: 30 }, done: { entries: 1, bytes: 10 } })
  expect(await all(looked.failures())).toEqual([])
  await looked.close()
  for (let time = 0; time < 2; time += 1) {
    const journal = SqliteJournal.open(file)
    expect(await journal.load()).toMatchObject({
      planned: true,
      sized: true,
      total: { entries: 2, bytes: 30 },
      done: { entries: 1, bytes: 10 },
    })
    expect(await journal.entry(2)).toMatchObject({
      source: { path: 'b.dcm', size: 20 },
      upload: { id: 'u' },
      parts: [{ number: 1, tag: 't' }],
      existing: { size: 7, version: 'v' },
    })
    await journal.close()
  }
})
