import { chmod, mkdtemp, mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describeStore, type StoreHarness } from '@gantry/testkit'

import { fs } from './fs.ts'
import type { FsOptions } from './fs-options.ts'

const isRoot = process.getuid?.() === 0

async function harness(options: Omit<FsOptions, 'root'>): Promise<StoreHarness> {
  const place = await mkdtemp(join(tmpdir(), 'gantry-fs-'))
  const root = join(place, 'root')
  await mkdir(root)
  return {
    driver: fs({ root, ...options }),
    reopen: async () => fs({ root, ...options }),
    openMissing: async () => fs({ root: join(place, 'missing') }),
    // Root may do anything, whatever the modes say.
    ...(!isRoot && {
      openDenied: async () => {
        const denied = join(place, 'denied')
        await mkdir(denied)
        await chmod(denied, 0)
        return fs({ root: denied })
      },
    }),
    async close() {
      if (!isRoot) await chmod(join(place, 'denied'), 0o700).catch(() => {})
      await rm(place, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

describeStore({ name: 'fs', open: async () => await harness({}) })

describeStore({ name: 'fs without syncing', open: async () => await harness({ durability: 'cache' }) })
