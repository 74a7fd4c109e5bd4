import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { bytesOf, collect, Store } from '@gantry/core'
import { expect, onTestFinished, test, vi } from 'vitest'

import { openBelow } from '../testing/open-below.ts'
import { fs } from './index.ts'

/** What no disk does when it is asked to: it refuses to tell of a file that is open. */
const disk = vi.hoisted(() => ({ fails: false }))
vi.mock(import('./file-operations.ts'), async (original) => {
  const real = await original()
  const fstat: typeof real.fstat = async (descriptor) => {
    if (disk.fails) throw Object.assign(new Error('A disk error.'), { code: 'EIO' })
    return await real.fstat(descriptor)
  }
  return { ...real, fstat }
})

test.skipIf(process.platform !== 'linux')('what is read back of an upload is closed, also where it fails', async () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'gantry-fs-')))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const { uploads } = new Store(fs({ root }))
  const upload = await uploads?.begin({ path: 'entry', size: 5 })
  if (uploads === undefined || upload === undefined) throw new Error('No uploads.')
  await uploads.putPart(upload, { number: 1, offset: 0, size: 5 }, bytesOf(Buffer.from('hello')))
  const body = await uploads.readBack(upload, { start: 0, end: 5 })
  expect(openBelow(root)).toBe(1)
  expect(await collect(body)).toHaveLength(5)
  expect(openBelow(root)).toBe(0)
  disk.fails = true
  await expect(uploads.readBack(upload, { start: 0, end: 5 })).rejects.toMatchObject({ cause: { code: 'EIO' } })
  expect(openBelow(root)).toBe(0)
})
