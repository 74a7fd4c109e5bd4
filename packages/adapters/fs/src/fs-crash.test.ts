import { createHash } from 'node:crypto'
import { readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { bytesOf, type Upload } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { firstOutputOf, kill, outputOf, startChild } from '../testing/child.ts'
import { filesBelow, gather, list, read, storeAt, uploadsOf, write } from '../testing/entries.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'

describe('a process that is killed', () => {
  test('in mid-write leaves no entry, and a file that a sweep finds', async () => {
    const root = await temporaryFolder()
    const child = startChild('write-slowly.ts', { root, pause: 600_000 })
    await firstOutputOf(child)
    await kill(child)
    expect(await filesBelow(root)).toEqual([expect.stringMatching(/^\.gantry-.*\.tmp$/u)])

    const store = storeAt(root)
    expect(await list(store)).toEqual({ paths: [], refused: [] })
    const uploads = uploadsOf(store)
    const orphans = await gather(uploads.unfinished())
    expect(orphans).toHaveLength(1)
    expect(await gather(uploads.unfinished('folder'))).toEqual(orphans)
    expect(await gather(uploads.unfinished('other'))).toEqual([])
    // Whoever is to write what it was to be knows it by that.
    expect(await gather(uploads.unfinished('folder/entry-0'))).toEqual(orphans)
    expect(await gather(uploads.unfinished('folder/entry-1'))).toEqual([])
    for (const orphan of orphans) await uploads.abort(orphan)
    expect(await filesBelow(root)).toEqual([])
  })

  test('at any moment leaves whole entries only', async () => {
    const root = await temporaryFolder()
    for (const delay of [0, 3, 11, 29]) {
      const child = startChild('write-slowly.ts', { root, pause: 0 })
      await firstOutputOf(child)
      await new Promise((resolve) => setTimeout(resolve, delay))
      await kill(child)
      for await (const entry of storeAt(root).list()) expect(entry.size).toBe(600_000)
    }
  })

  test('in mid-part loses that part, and no other', async () => {
    const root = await temporaryFolder()
    const partSize = 200_000
    const child = startChild('upload-slowly.ts', { root, partSize })
    let printed = ''
    child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    await firstOutputOf(child)
    await kill(child)
    const upload = JSON.parse(printed) as Upload

    const store = storeAt(root)
    const uploads = uploadsOf(store)
    expect(await list(store)).toEqual({ paths: [], refused: [] })
    const kept = await uploads.listParts(upload)
    expect(kept.map(({ number, offset, size }) => [number, offset, size])).toEqual([
      [1, 0, partSize],
      [2, partSize, partSize],
    ])
    for (const number of [3, 4]) {
      const part = { number, offset: (number - 1) * partSize, size: partSize }
      kept.push(await uploads.putPart(upload, part, bytesOf(Buffer.alloc(partSize, number))))
    }
    await uploads.complete(upload, { path: 'folder/entry', size: 4 * partSize }, kept)
    const bytes = await readFile(join(root, 'folder/entry'))
    expect([...new Set(bytes)]).toEqual([1, 2, 3, 4])
    expect(await filesBelow(root)).toEqual(['entry'])
  })
})

describe('processes that race', () => {
  test('lose no update that is made over a version', async () => {
    const root = await temporaryFolder()
    const store = storeAt(root)
    await write(store, 'counter', '0')
    const children = [1, 2, 3].map(() => startChild('count-up.ts', { root, times: 20 }))
    await Promise.all(children.map(outputOf))
    expect(await read(store, 'counter')).toBe('60')
    expect(await filesBelow(root)).toEqual(['counter'])
  })

  test('are not held up by the lock of one that died', async () => {
    const root = await temporaryFolder()
    const store = storeAt(root)
    const { version = '' } = await write(store, 'entry', 'old')
    const name = createHash('sha256').update('entry').digest('hex').slice(0, 24)
    const lock = join(root, `.gantry-${name}.lock`)
    await writeFile(lock, '')
    await utimes(lock, new Date(0), new Date(0))
    await write(store, 'entry', 'new', { ifVersion: version })
    expect(await read(store, 'entry')).toBe('new')
    expect(await filesBelow(root)).toEqual(['entry'])
  })
})
