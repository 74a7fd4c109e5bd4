import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { closeSync, constants, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { cut, lent } from '@gantry/testkit/bodies'
import { expect, onTestFinished, test } from 'vitest'

import { filesBelow, storeAt, uploadsOf } from '../testing/entries.ts'
import { openBelow } from '../testing/open-below.ts'
import { canMount, smallDisk } from '../testing/small-disk.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { blockSize, giveBlocks, takeBlocks } from './disk-blocks.ts'

const long = 8 * blockSize

/** Chunks of so many bytes, each of which is spoiled when the next is asked for. */
function lentBy(length: number, all: Uint8Array): AsyncGenerator<Uint8Array> {
  return lent(
    cut(
      all,
      Array.from({ length: Math.floor(all.length / length) }, (_, index) => (index + 1) * length),
    ),
  ).bytes
}

const digestOf = (all: Uint8Array) => createHash('sha256').update(all).digest('hex')

/** The digest of what lies there, once it was written. */
async function written(root: string, all: Buffer, chunk: number): Promise<string> {
  await storeAt(root).write({ path: 'entry', size: all.length }, lentBy(chunk, all))
  return digestOf(await readFile(join(root, 'entry')))
}

test.for([
  [long, 4 * blockSize],
  [long, 4096],
  [long + 1, 65_536],
  [long + 4097, 1_000_003],
  [long + blockSize - 1, 3 * blockSize + 7],
] as const)('%d bytes in chunks of %d', async ([length, chunk]) => {
  const all = randomBytes(length)
  expect(await written(await temporaryFolder(), all, chunk)).toBe(digestOf(all))
})

test('parts side by side, wherever they begin', async () => {
  const root = await temporaryFolder()
  const uploads = uploadsOf(storeAt(root))
  const all = randomBytes(4 * long + 5000)
  const upload = await uploads.begin({ path: 'entry', size: all.length })
  const ends = [long + 65_536, 2 * long + 65_536 + 4999, all.length]
  const parts = await Promise.all(
    ends.map(async (end, index) => {
      const offset = ends[index - 1] ?? 0
      const part = { number: index + 1, offset, size: end - offset }
      return await uploads.putPart(upload, part, lentBy(300_000, all.subarray(offset, end)))
    }),
  )
  await uploads.complete(upload, { path: 'entry', size: all.length }, parts)
  expect(digestOf(await readFile(join(root, 'entry')))).toBe(digestOf(all))
})

test('more bodies than there are blocks for', async () => {
  const root = await temporaryFolder()
  const store = storeAt(root)
  const all = randomBytes(long)
  const paths = Array.from({ length: 20 }, (_, index) => `entry-${index}`)
  await Promise.all(paths.map(async (path) => await store.write({ path, size: long }, lentBy(500_000, all))))
  for (const path of paths) expect(digestOf(await readFile(join(root, path)))).toBe(digestOf(all))
})

test('where a disk refuses the memory, the cache takes it', async () => {
  const blocks = takeBlocks()
  if (blocks === undefined) throw new Error('All blocks are in use.')
  // What lies anywhere, as memory does that cannot be resized.
  giveBlocks([new Uint8Array(blockSize), new Uint8Array(blockSize)])
  onTestFinished(() => {
    takeBlocks()
    giveBlocks(blocks)
  })
  const all = randomBytes(long + 10)
  expect(await written(await temporaryFolder(), all, 700_000)).toBe(digestOf(all))
})

test('what stops in the middle leaves nothing: no file, no descriptor, no block in use', async () => {
  const root = await temporaryFolder()
  const store = storeAt(root)
  const all = randomBytes(2 * long)
  const stop = new AbortController()
  const body = async function* () {
    for await (const chunk of lentBy(1_500_000, all)) {
      yield chunk
      stop.abort()
    }
  }
  const refused = store.write({ path: 'entry', size: all.length }, body(), { signal: stop.signal })
  await expect(refused).rejects.toMatchObject({ code: 'cancelled' })
  await expect(store.write({ path: 'entry', size: all.length }, lentBy(9999, all.subarray(9)))).rejects.toMatchObject({
    code: 'integrity',
  })
  expect(await filesBelow(root)).toEqual([])
  expect(openBelow(root)).toBe(0)
  const taken = Array.from({ length: 16 }, takeBlocks).filter((blocks) => blocks !== undefined)
  expect(taken).toHaveLength(16)
  expect(takeBlocks()).toBeUndefined()
  for (const blocks of taken) giveBlocks(blocks)
})

test.skipIf(!canMount)('a disk that is full refuses, and keeps no part (needs root, to mount one)', async () => {
  const root = await smallDisk(10 * blockSize + 4096)
  const all = randomBytes(2 * long)
  const refused = { code: 'read_only', retryable: false }
  await expect(storeAt(root).write({ path: 'entry', size: all.length }, lentBy(300_000, all))).rejects.toMatchObject(
    refused,
  )
  expect(await filesBelow(root)).toEqual([])
})

test('what must be on the disk does not fill the page cache', async ({ skip }) => {
  const root = await temporaryFolder()
  if (!isDirect(root)) skip('This folder knows no O_DIRECT.')
  await storeAt(root).write({ path: 'disk', size: long + 1 }, lentBy(300_000, randomBytes(long + 1)))
  await storeAt(root, { durability: 'cache' }).write(
    { path: 'cache', size: long + 1 },
    lentBy(300_000, randomBytes(long + 1)),
  )
  let cached: (file: string) => number
  try {
    cached = cachedBytes(root)
    cached('disk')
  } catch {
    skip('There is no fincore on this machine.')
    return
  }
  // Its last byte is no whole block.
  expect(cached('disk')).toBeLessThan(blockSize)
  expect(cached('cache')).toBeGreaterThan(long)
})

function cachedBytes(root: string): (file: string) => number {
  return (file) =>
    Number(
      execFileSync('fincore', ['--bytes', '--noheadings', '--output', 'RES', join(root, file)], { encoding: 'utf8' }),
    )
}

function isDirect(folder: string): boolean {
  if (process.platform !== 'linux') return false
  try {
    closeSync(openSync(join(folder, 'probe'), constants.O_CREAT | constants.O_WRONLY | constants.O_DIRECT))
    return true
  } catch {
    return false
  }
}
