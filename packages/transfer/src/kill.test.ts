import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, onTestFinished, test } from 'vitest'

import { SqliteJournal } from './journal/sqlite-journal.ts'
import { all } from './testing/all.ts'
import { contentsOf, fill, fillFolder, namesOf } from './testing/contents.ts'
import type { CopyRequest } from './testing/copy-process.ts'
import { counts, killAndResume, kills, startPlaces, stepsIn } from './testing/kill-and-resume.ts'
import { openPlace } from './testing/open-place.ts'
import { randomBytesFrom } from './testing/random.ts'
import { filesIn, temporaryFolder } from './testing/temporary-folder.ts'

const mebibyte = 1024 * 1024

/** Many small entries, and two that go in parts. */
function study(): Map<string, Uint8Array> {
  const entries = new Map<string, Uint8Array>()
  for (let index = 0; index < 120; index += 1) {
    const name = `series ${index % 3}/image-${String(index).padStart(3, '0')}.dcm`
    entries.set(name, randomBytesFrom(index + 1, 3_000 + index * 1_003))
  }
  entries.set('movies/a.dcm', randomBytesFrom(1001, 150 * mebibyte + 5))
  entries.set('series 1/long.dcm', randomBytesFrom(1002, 36 * mebibyte))
  return entries
}

/** What the journal says is done: such an entry must never be moved again. */
async function doneBy(request: CopyRequest): Promise<string[]> {
  const journal = SqliteJournal.open(join(request.jobs, `${request.id}.job`))
  try {
    const receipts = await all(journal.receipts())
    return receipts.map(({ target }) => target)
  } finally {
    await journal.close()
  }
}

describe(`kill -9 at ${kills} instants, then resume`, { timeout: 300_000 }, () => {
  test('folder to bucket: every byte is there, nothing was stored twice, nothing is left over', async () => {
    const { proxy, bucket } = await startPlaces()
    const folder = temporaryFolder()
    const entries = study()
    fillFolder(folder, entries)
    const request: CopyRequest = { jobs: temporaryFolder(), id: 'kill-up', from: { folder }, to: bucket }
    const { result, failures } = await killAndResume(request, proxy, 1, async () => {})

    expect(failures).toEqual([])
    expect(result).toMatchObject({ phase: 'completed', unverified: 0 })
    expect(result.progress.done.entries).toBe(entries.size)
    const to = openPlace(bucket)
    onTestFinished(() => to.close())
    // Whole objects and parts alike: what was carried out is found again, though no answer was heard or recorded.
    const puts = counts(proxy, ({ method }) => method === 'PUT')
    expect([...puts].filter(([, times]) => times > 1)).toEqual([])
    const completions = counts(proxy, ({ method, target }) => method === 'POST' && !target.includes('?uploads'))
    expect(completions.size).toBe(2)
    expect(await all(to.uploads?.unfinished() ?? [])).toEqual([])
    expect(await contentsOf(to)).toEqual(namesOf(entries))
  })

  test('bucket to folder: every byte is there, nothing done is read again, no temporary file is left', async () => {
    const { proxy, bucket } = await startPlaces()
    const from = openPlace(bucket)
    onTestFinished(() => from.close())
    const entries = study()
    await fill(from, entries, 1_700_000_000_123)
    const folder = temporaryFolder()
    const request: CopyRequest = { jobs: temporaryFolder(), id: 'kill-down', from: bucket, to: { folder } }
    const readAgain: string[] = []
    let finished: string[] = []
    let seen = proxy.exchanges.length
    const look = () => {
      for (const { method, target } of proxy.exchanges.slice(seen)) {
        const path = target.replace(/^\/gantry\//u, '')
        if (method === 'GET' && finished.includes(path)) readAgain.push(path)
      }
      seen = proxy.exchanges.length
    }
    const { result, failures } = await killAndResume(request, proxy, 2, async () => {
      look()
      // What has its name is whole, and what is recorded was there: neither is to be read again.
      const named = filesIn(folder).filter((path) => !path.includes('.gantry-'))
      finished = [...new Set([...named, ...(await doneBy(request))])]
    })
    look()

    expect(failures).toEqual([])
    expect(result.phase).toBe('completed')
    expect(readAgain).toEqual([])
    expect(filesIn(folder)).toEqual([...entries.keys()].sort())
    expect(await contentsOf(openPlace({ folder }))).toEqual(namesOf(entries))
  })

  test('folder to folder: every byte is there, nothing done is taken again, no temporary file is left', async () => {
    const [source, folder] = [temporaryFolder(), temporaryFolder()]
    const entries = new Map<string, Uint8Array>()
    // The first long one is worth a thread, and the short ones after it go there too.
    entries.set('a long one', randomBytes(40 * mebibyte + 1))
    for (let index = 0; index < 240; index += 1) {
      entries.set(`image-${index}`, randomBytes(100_000 + index * 1_003))
    }
    entries.set('one that could go in parts', randomBytes(80 * mebibyte + 5))
    fillFolder(source, entries)
    const request: CopyRequest = { jobs: temporaryFolder(), id: 'kill', from: { folder: source }, to: { folder } }
    const done = new Map<string, number>()
    const takenAgain: string[] = []
    let unfinished = 0
    const { result, failures } = await killAndResume(request, stepsIn(folder), 3, async () => {
      const names = filesIn(folder)
      unfinished += names.filter((name) => name.endsWith('.tmp')).length
      expect(names.filter((name) => name.endsWith('.part'))).toEqual([])
      for (const name of names.filter((one) => !one.startsWith('.gantry-'))) {
        // A file that is written anew is another one.
        const { ino, size } = statSync(join(folder, name))
        expect(size).toBe(entries.get(name)?.length)
        if (done.has(name) && done.get(name) !== ino) takenAgain.push(name)
        done.set(name, ino)
      }
    })

    expect(failures).toEqual([])
    expect(result.phase).toBe('completed')
    expect(unfinished).toBeGreaterThan(0)
    expect(takenAgain).toEqual([])
    expect(filesIn(folder)).toEqual([...entries.keys()].sort())
    expect(await contentsOf(openPlace({ folder }))).toEqual(namesOf(entries))
  })
})
