import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { expect, test } from 'vitest'

import { openRig, temporaryFolder } from '../testing/rig.ts'

test('what a killed hub left half written in its keeper goes after a day, and nothing else of the keeper', async () => {
  const folder = temporaryFolder()
  const rig = await openRig({ keeper: new Store(fs({ root: folder })) })
  const half = join(folder, 'blobs/aa/.gantry-0123456789abcdef01234567.tmp')
  const foreign = join(folder, 'elsewhere/.gantry-0123456789abcdef01234567.tmp')
  for (const file of [half, foreign]) {
    await mkdir(join(file, '..'), { recursive: true })
    await writeFile(file, 'half of it')
  }
  rig.now = Date.now()
  expect(await rig.hub.sweep()).toMatchObject({ blobs: 0 })
  await access(half)
  rig.now += 86_400_000 + 60_000
  expect(await rig.hub.sweep()).toMatchObject({ blobs: 1 })
  await expect(access(half)).rejects.toMatchObject({ code: 'ENOENT' })
  await access(foreign)
})
