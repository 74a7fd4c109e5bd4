import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, constants, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { filesBelow, storeAt, uploadsOf } from '../testing/entries.ts'
import { openBelow } from '../testing/open-below.ts'
import { canMount, smallDisk } from '../testing/small-disk.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { blockSize, giveBlocks, takeBlocks } from './disk-blocks.ts'

const long = 8 * blockSize

/** Bytes that repeat nowhere a block could be mistaken for another. */
function bytes(length: number): Buffer {
  const all = Buffer.alloc(length)
  for (let at = 0; at < length; at += 4)
    all.writeUInt32LE(Math.imul(at + 1, 0x9e3779b1) >>> 0, Math.min(at, length - 4))
  return all
}

/** Lent, as bodies are: each chunk is overwritten when the next is asked for. */
async function* lent(all: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(length)
  for (let at = 0; at < all.length; at += length) {
    const piece = all.subarray(at, at + length)
    chunk.set(piece)
    yield chunk.subarray(0, piece.length)
    chunk.fill(0)
  }
}

const digestOf = (all: Uint8Array) => createHash('sha256').update(all).digest('hex')

/** The digest of what lies there, once it was written. */
async function written(root: string, all: Buffer, chunk: number): Promise<string> {
  await storeAt(root).write({ path: 'entry', size: all.length }, lent(all, chunk))
  return digestOf(await readFile(join(root, 'entry')))
}

test.for([
  [long, 4 * blockSize],
  [long, 4096],
  [long + 1, 65_536],
  [long + 4097, 1_000_003],
  [long + blockSize - 1, 3 * blockSize + 7],
] as const)('%d bytes in chunks of %d', async ([length, chunk]) => {
  const all = bytes(length)
  expect(await written(await temporaryFolder(), all, chunk)).toBe(digestOf(all))
})

test('parts side by side, wherever they begin', async () => {
  const root = await temporaryFolder()
  const uploads = uploadsOf(storeAt(root))
  const all = bytes(4 * long + 5000)
  const upload = await uploads.begin({ path: 'entry', size: all.length })
  const ends = [long + 65_536, 2 * long + 65_536 + 4999, all.length]
  const parts = await Promise.all(
    ends.map(async (end, index) => {
      const offset = ends[index - 1] ?? 0
      const part = { number: index + 1, offset, size: end - offset }
      return await uploads.putPart(upload, part, lent(all.subarray(offset, end), 300_000))
    }),
  )
  await uploads.complete(upload, { path: 'entry', size: all.length }, parts)
  expect(digestOf(await readFile(join(root, 'entry')))).toBe(digestOf(all))
})

test('more bodies than there are blocks for', async () => {
  const root = await temporaryFolder()
  const store = storeAt(root)
  const all = bytes(long)
  const paths = Array.from({ length: 20 }, (_, index) => `entry-${index}`)
  await Promise.all(paths.map(async (path) => await store.write({ path, size: long }, lent(all, 500_000))))
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
  const all = bytes(long + 10)
  expect(await written(await temporaryFolder(), all, 700_000)).toBe(digestOf(all))
})

test('what stops in the middle leaves nothing: no file, no descriptor, no block in use', async () => {
  const root = await temporaryFolder()
  const store = storeAt(root)
  const all = bytes(2 * long)
  const stop = new AbortController()
  const body = async function* () {
    for await (const chunk of lent(all, 1_500_000)) {
      yield chunk
      stop.abort()
    }
  }
  const refused = store.write({ path: 'entry', size: all.length }, body(), { signal: stop.signal })
  await expect(refused).rejects.toMatchObject({ code: 'cancelled' })
  await expect(store.write({ path: 'entry', size: all.length }, lent(all.subarray(9), 9999))).rejects.toMatchObject({
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
  const all = bytes(2 * long)
  const refused = { code: 'read_only', retryable: false }
  await expect(storeAt(root).write({ path: 'entry', size: all.length }, lent(all, 300_000))).rejects.toMatchObject(
    refused,
  )
  expect(await filesBelow(root)).toEqual([])
})

test('what must be on the disk does not fill the page cache', async ({ skip }) => {
  const root = await temporaryFolder()
  if (!isDirect(root)) skip('This folder knows no O_DIRECT.')
  await storeAt(root).write({ path: 'disk', size: long + 1 }, lent(bytes(long + 1), 300_000))
  await storeAt(root, { durability: 'cache' }).write({ path: 'cache', size: long + 1 }, lent(bytes(long + 1), 300_000))
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
