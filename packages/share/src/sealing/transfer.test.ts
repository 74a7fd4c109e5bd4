import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { chunkSize } from '@gantry/age'
import { nodeCipher } from '@gantry/age/node'
import { bytesOf, Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { memory } from '@gantry/memory'
import { createJobSpec, type JobResult, memoryJournal, openJob } from '@gantry/transfer'
import { afterAll, expect, test } from 'vitest'

import { patternBytes } from '../testing/pattern.ts'
import { read, SealedShare } from '../testing/sealed-share.ts'
import { createSealedItem } from './sealed-item.ts'
import { sealedStore } from './sealed-store.ts'

async function copy(from: Store, to: Store): Promise<JobResult> {
  const journal = memoryJournal(createJobSpec({ from: from.url, to: to.url, verify: true }))
  const job = await openJob({ from, to, journal })
  const result = await job.run()
  await journal.close()
  return result
}

const folder = mkdtempSync(join(tmpdir(), 'gantry-share-'))
afterAll(() => rmSync(folder, { recursive: true }))

const files = new Map([0, 1, chunkSize, 40_000_001].map((size) => [`series/${size}`, patternBytes(size)]))

test('the transfer engine uploads from a sealed view, and restores from an opened one', async () => {
  const plain = new Store(fs({ root: folder }))
  const share = await SealedShare.of({})
  const items = []
  for (const [path, bytes] of files) {
    items.push(createSealedItem(await plain.write({ path, size: bytes.length }, bytesOf(bytes))))
  }
  const sealed = new Store(sealedStore(plain, [{ key: share.key, items }], nodeCipher))
  expect(await copy(sealed, share.objects)).toMatchObject({ phase: 'completed', progress: { failed: { entries: 0 } } })
  for (const { path, from, size, nonce } of items) {
    const sha256 = createHash('sha256')
      .update(files.get(from) ?? '')
      .digest('hex')
    share.entries.push({ path, size, nonce, name: from, digests: { sha256 } })
  }
  const restored = new Store(memory())
  expect(await copy(share.open(), restored)).toMatchObject({ phase: 'completed', progress: { failed: { entries: 0 } } })
  for (const [path, bytes] of files) expect(Buffer.compare(await read(restored, path), bytes)).toBe(0)
})

test('the transfer engine does not restore what the metadata does not vouch for', async () => {
  const share = await SealedShare.of({ good: patternBytes(10), bad: patternBytes(10, 2) })
  const lying = { ...share.object('bad'), digests: { sha256: 'a'.repeat(64) } }
  share.entries.splice(1, 1, lying)
  const restored = new Store(memory())
  const journal = memoryJournal(createJobSpec({ from: 'opened:', to: 'memory:' }))
  const retryTiming = { base: 1, longest: 1 }
  const job = await openJob({ from: share.open(), to: restored, journal, limits: { attempts: 2 }, retryTiming })
  const { progress } = await job.run()
  await journal.close()
  expect(progress.failed.entries).toBe(1)
  expect(await restored.find('bad')).toBeUndefined()
  expect(await read(restored, 'good')).toEqual(patternBytes(10))
})
