// A process of its own that holds a journal, or writes to it and says what was acknowledged, until it is killed.
import { basename, dirname } from 'node:path'
import { writeSync } from 'node:fs'

import { jobFolder } from '../journal/job-folder.ts'
import { SqliteJournal } from '../journal/sqlite-journal.ts'

const [file = '', what] = process.argv.slice(2)

if (what === 'hold') {
  const journal = jobFolder(dirname(file)).open(basename(file, '.job'))
  writeSync(1, 'held\n')
  // Kept, because a journal that nobody has any more is collected, and its lock with it.
  setInterval(() => journal.spec, 1000)
} else {
  const journal = SqliteJournal.open(file)
  await journal.recover()
  for (let taken = await journal.take(16); taken.length > 0; taken = await journal.take(16)) {
    const recording = taken
      .flatMap(({ entries }) => entries)
      .map(async ({ id, source }) => {
        const receipt = { bytes: source.size ?? 0, digests: { sha256: String(id) }, verified: true }
        await journal.record({ type: 'done', id, receipt })
        writeSync(1, `${id}\n`)
      })
    await Promise.all(recording)
  }
}
