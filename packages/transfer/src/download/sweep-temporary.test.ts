import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { afterEach, expect, test, vi } from 'vitest'

import { downloadRig } from '../testing/download-rig.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { createDownload } from './index.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

test('what a download left whose process was killed is removed by a later one, and what may be in use is not', async () => {
  const { store } = await downloadRig()
  const root = temporaryFolder()
  const download = createDownload({ store, directory: new Store(fs({ root })) })
  await download.download(['1.2.3', '1.2.4']).start()
  const left = ['1.2.3/1.2.3.1/instances', '1.2.4'].map((folder) => join(root, folder, '.gantry-0123456789abcdef.tmp'))
  const foreign = join(root, '1.2.4', 'notes.tmp')
  for (const path of [...left, foreign]) writeFileSync(path, 'half of it')
  const there = () => [...left, foreign].map((path) => existsSync(path))
  await download.download(['1.2.3', '1.2.4']).start()
  expect(there()).toEqual([true, true, true])
  const now = Date.now()
  vi.spyOn(Date, 'now').mockImplementation(() => now + 2 * 60 * 60 * 1000)
  expect(await download.download(['1.2.3', '1.2.4']).start()).toMatchObject({ complete: true })
  expect(there()).toEqual([false, false, true])
})
