import { bytesOf } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { list, storeAt, uploadsOf, write } from '../testing/entries.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'

const refused = { code: 'invalid', message: expect.stringContaining('A file and a folder would have the same name') }

describe.each([
  ['below a file', 'a', 'a/x'],
  ['deep below a file', 'a', 'a/b/c/x'],
  ['called as a folder is', 'a/x', 'a'],
])('an entry %s', (_, there, path) => {
  test('is told to clash, and leaves nothing', async () => {
    const store = storeAt(await temporaryFolder())
    await write(store, there, 'there')
    await expect(write(store, path, 'x')).rejects.toMatchObject({ ...refused, path })
    await expect(write(store, path, 'x', { ifAbsent: true })).rejects.toMatchObject({ ...refused, path })

    const source = storeAt(await temporaryFolder())
    const { size } = await write(source, path, 'x')
    await expect(store.take(source, { path, size: size ?? 0 }, { path })).rejects.toMatchObject(refused)

    const uploads = uploadsOf(store)
    const inParts = async () => {
      const upload = await uploads.begin({ path, size: 1 })
      const part = await uploads.putPart(upload, { number: 1, offset: 0, size: 1 }, bytesOf(new Uint8Array(1)))
      try {
        await uploads.complete(upload, { path, size: 1 }, [part])
      } finally {
        await uploads.abort(upload)
      }
    }
    await expect(inParts()).rejects.toMatchObject(refused)
    expect((await list(store)).paths).toEqual([there])
  })
})
