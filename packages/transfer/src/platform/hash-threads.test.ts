import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

import type { AsideHasher, DigestAlgorithm } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { hashAside } from './hash-threads.ts'
import { nodeHashing } from './hashing.ts'

const begin = (algorithms: readonly DigestAlgorithm[] = ['sha256']) => hashAside(algorithms) as AsideHasher

async function digestOf(bytes: Uint8Array, chunk: number, hasher = begin()): Promise<string | undefined> {
  const lent = new Uint8Array(chunk)
  for (let offset = 0; offset < bytes.length; offset += chunk) {
    const piece = bytes.subarray(offset, offset + chunk)
    lent.set(piece)
    await hasher.update(lent.subarray(0, piece.length))
    // The chunk was only lent: it is somebody else's now.
    lent.fill(0xee)
  }
  return (await hasher.digests()).sha256
}

const expected = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('SHA-256 on another thread', () => {
  const bytes = randomBytes(5_000_011)

  test.for([1000, 65_536, 524_288, 524_289, 3_000_000, 6_000_000])(
    'is the same in chunks of %d bytes',
    async (chunk) => {
      expect(await digestOf(bytes, chunk)).toBe(expected(bytes))
    },
  )

  test('of nothing', async () => {
    expect((await begin().digests()).sha256).toBe(expected(new Uint8Array(0)))
  })

  test('keeps many apart that are fed in turn, more than there are slots', async () => {
    const bodies = Array.from({ length: 40 }, (_, index) => randomBytes(200_000 + index))
    const digests = await Promise.all(bodies.map(async (body) => await digestOf(body, 60_000)))
    expect(digests).toEqual(bodies.map(expected))
  })

  test('those that are given up in the middle do not hold up others', async () => {
    for (let round = 0; round < 100; round += 1) await begin().update(bytes.subarray(0, 500_000))
    expect(await digestOf(bytes, 500_000)).toBe(expected(bytes))
  })

  test('a process that waits for nothing else does not end before the digest', async () => {
    const program = `
      import { hashAside } from '${new URL('hash-threads.ts', import.meta.url).href}'
      const hasher = hashAside(['sha256'])
      for (let count = 0; count < 100; count += 1) await hasher.update(new Uint8Array(524_288))
      console.log((await hasher.digests()).sha256)`
    const args = ['--conditions=@gantry/source', '--input-type=module', '--eval', program]
    const { stdout } = await promisify(execFile)(process.execPath, args)
    expect(stdout.trim()).toBe(expected(new Uint8Array(100 * 524_288)))
  })

  test('takes the others with it, where they are wanted', async () => {
    const all = ['crc32c', 'sha256', 'crc64nvme', 'md5', 'crc32', 'sha1'] as const
    const hasher = begin(all)
    expect(hasher.algorithms).toEqual(['sha256', 'md5', 'sha1', 'crc32', 'crc32c'])
    for (let offset = 0; offset < bytes.length; offset += 700_000) {
      await hasher.update(bytes.subarray(offset, offset + 700_000))
    }
    const digests = await hasher.digests()
    expect(Object.keys(digests)).toEqual(hasher.algorithms)
    for (const algorithm of hasher.algorithms) {
      const here = nodeHashing(algorithm)
      here?.update(bytes)
      expect(digests[algorithm]).toBe(here?.digest())
    }
    expect(Object.keys(await begin(all).digests())).toHaveLength(5)
  })

  test('is offered for SHA-256, and not for others alone', () => {
    expect(nodeHashing.aside?.(['sha256'])?.algorithms).toEqual(['sha256'])
    expect(nodeHashing.aside?.(['crc32', 'md5'])).toBeUndefined()
  })
})
