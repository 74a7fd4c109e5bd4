import { GantryError, type Store } from '@gantry/core'
import { expect, test } from 'vitest'

import { runDownload } from './downloads.ts'
import type { DownloadWhere } from './model.ts'

const missing = async () => {
  throw new DOMException('', 'NotFoundError')
}
const emptyFolder = {
  kind: 'directory',
  getDirectoryHandle: missing,
  getFileHandle: missing,
} as unknown as DownloadWhere

test('a file beside the studies that cannot be had says why', async () => {
  const store = {
    async read(path: string) {
      if (path === 'secret.stl') throw new GantryError('permission_denied', 'It is not for you.')
      throw new TypeError('mishap')
    },
  } as unknown as Store
  const others = [
    { path: 'secret.stl', size: 1 },
    { path: 'odd.stl', size: 1 },
  ]
  const context = { signal: new AbortController().signal, progress: () => {} }
  const { complete, errors } = await runDownload({ store, studies: [], others }, emptyFolder, context)
  expect(complete).toBe(false)
  expect(errors).toMatchObject([
    { file: 'secret.stl', code: 'permission_denied', message: 'It is not for you.' },
    { file: 'odd.stl', code: 'internal' },
  ])
})
