import { bytesOf } from '@gantry/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { DoubleRig, hello, large, list, put } from './test-rig.ts'

let rig: DoubleRig
beforeEach(async () => {
  rig = await DoubleRig.start()
})
afterEach(async () => await rig.close())

describe('what an entry tells', () => {
  test('the time that was given, by stat and not by list, whose time is that of writing', async () => {
    const store = rig.open()
    for (const modified of [0, -1, 1_700_000_000_123, 253_402_300_799_999]) {
      await store.write({ path: 'entry', size: 5, modified }, bytesOf(hello))
      expect((await store.stat('entry')).modified).toBe(modified)
    }
    expect((await list(store))[0]?.modified).toBeUndefined()
  })

  test('the time of rclone, and that of S3 where none was given', async () => {
    const store = rig.open()
    await put(store, 'entry')
    const { modified } = await store.stat('entry')
    expect(modified).toBeGreaterThan(Date.UTC(2020, 0))
  })

  test('a digest that was only claimed is kept as metadata, and never told as one', async () => {
    const store = rig.open()
    const sha256 = 'ab'.repeat(32)
    await store.write({ path: 'entry', size: 5, digests: { sha256 } }, bytesOf(hello))
    expect((await store.stat('entry')).digests?.sha256).toBeUndefined()
    const answer = await fetch(await store.sign('entry', { expiresIn: 60 }))
    expect(answer.headers.get('x-amz-meta-sha256')).toBe(sha256)
  })

  test.each(['crc32', 'crc32c', 'crc64nvme', 'sha256', 'sha1'] as const)('%s, of one PUT', async (checksum) => {
    const store = rig.open({ checksum })
    const { digests } = await put(store, 'entry')
    expect(digests?.[checksum]).toMatch(/^[0-9a-f]{8,64}$/u)
    expect((await store.stat('entry')).digests?.[checksum]).toBe(digests?.[checksum])
    // By now the service is known: the checksum follows the body.
    const chunks = bytesOf(large.subarray(0, 3_000_000), large.subarray(3_000_000))
    const streamed = await store.write({ path: 'streamed', size: large.length }, chunks)
    expect(streamed.digests?.[checksum]).toBe((await put(store, 'at once', large)).digests?.[checksum])
  })

  test('how its bytes are encoded, also of one whose checksum follows the body, and in parts', async () => {
    const store = rig.open()
    const gzip = { contentEncoding: 'gzip' }
    await store.write({ path: 'entry', size: 5, ...gzip }, bytesOf(hello))
    const chunks = bytesOf(large.subarray(0, 3_000_000), large.subarray(3_000_000))
    await store.write({ path: 'streamed', size: large.length, ...gzip }, chunks)
    for (const path of ['entry', 'streamed']) {
      expect(await store.stat(path)).toMatchObject(gzip)
      const answer = await fetch(await store.sign(path, { expiresIn: 60 }), {
        headers: { 'accept-encoding': 'identity' },
      })
      expect(answer.headers.get('content-encoding')).toBe('gzip')
      await answer.body?.cancel()
    }
    const begun = await store.uploads?.begin({ path: 'parts', size: 5, ...gzip })
    if (begun === undefined) throw new Error('No uploads.')
    const part = await store.uploads?.putPart(begun, { number: 1, offset: 0, size: 5 }, bytesOf(hello))
    if (part !== undefined) await store.uploads?.complete(begun, { path: 'parts', size: 5 }, [part])
    expect(await store.stat('parts')).toMatchObject(gzip)
    await put(store, 'plain')
    expect((await store.stat('plain')).contentEncoding).toBeUndefined()
  })

  test('nothing of checksums, where none is wanted', async () => {
    const store = rig.open({ checksum: 'none' })
    expect(store.abilities.digests).toEqual([])
    await put(store, 'entry', large)
    expect(Object.keys((await store.stat('entry')).digests ?? {})).toEqual(['md5'])
  })
})
