import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

import { startS3Server } from '@gantry/testkit/s3-server'
import { describe, expect, onTestFinished, test } from 'vitest'

import type { JobResult } from './job-event.ts'
import { SqliteJournal } from './journal/sqlite-journal.ts'
import { all } from './testing/all.ts'
import { contentsOf, fill, fillFolder, namesOf } from './testing/contents.ts'
import type { CopyRequest } from './testing/copy-process.ts'
import { openPlace } from './testing/open-place.ts'
import { randomBytesFrom, randomFrom } from './testing/random.ts'
import { type RecordingProxy, startRecordingProxy } from './testing/recording-proxy.ts'
import { filesIn, temporaryFolder } from './testing/temporary-folder.ts'

const program = new URL('testing/copy-process.ts', import.meta.url).pathname
const mebibyte = 1024 * 1024
const kills = 20

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

function start(request: CopyRequest): ChildProcess {
  const child = spawn(process.execPath, ['--conditions=@gantry/source', program, JSON.stringify(request)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** Runs the job and kills it after a random number of steps of its requests, again and again; then lets it end. */
async function killAndResume(
  request: CopyRequest,
  proxy: RecordingProxy,
  seed: number,
  afterKill: () => Promise<void>,
) {
  const random = randomFrom(seed)
  let killed = 0
  while (killed < kills) {
    const child = start(request)
    // Often soon, sometimes late.
    let left = 1 + Math.floor(random() ** 2 * 32)
    proxy.onStep = () => {
      left -= 1
      if (left === 0) child.kill('SIGKILL')
    }
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
    proxy.onStep = undefined
    if (signal !== 'SIGKILL') throw new Error(`The process ended by itself (${code}) after ${killed} kills.`)
    killed += 1
    await afterKill()
  }
  const child = start(request)
  const [said] = await Promise.all([text(child.stdout as NonNullable<typeof child.stdout>), once(child, 'close')])
  return JSON.parse(said) as { result: JobResult; failures: unknown[] }
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

async function startPlaces() {
  const server = await startS3Server({ buckets: ['gantry'] })
  onTestFinished(() => server.close())
  const proxy = await startRecordingProxy(server.url)
  const { region, credentials } = server
  const bucket = { s3: { bucket: 'gantry', endpoint: proxy.url, region, credentials } }
  return { proxy, bucket }
}

function counts(proxy: RecordingProxy, wanted: (exchange: RecordingProxy['exchanges'][number]) => boolean) {
  const seen = new Map<string, number>()
  for (const exchange of proxy.exchanges) {
    if (exchange.status >= 200 && exchange.status < 300 && wanted(exchange)) {
      seen.set(exchange.target, (seen.get(exchange.target) ?? 0) + 1)
    }
  }
  return seen
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
})
