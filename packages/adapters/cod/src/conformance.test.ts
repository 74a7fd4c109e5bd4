import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { memory } from '@gantry/memory'
import { describeStore } from '@gantry/testkit'
import { afterAll } from 'vitest'

import { cod } from './index.ts'

const options = { tarPartSize: 1024 * 1024 }
const skip = { 'keeps two parcels apart': 'a series has one writer at a time; see locks.test.ts' }

describeStore({
  name: 'cod in memory',
  async open() {
    const given = memory()
    const open = () => cod(new Store(given), options)
    return { driver: open(), reopen: async () => open(), inMemory: true }
  },
  skip,
})

const folder = mkdtempSync(join(tmpdir(), 'cod-conformance-'))
afterAll(async () => await rm(folder, { recursive: true }))

describeStore({
  name: 'cod in a folder',
  async open() {
    const root = join(folder, randomUUID())
    mkdirSync(root)
    const open = () => cod(new Store(fs({ root })), options)
    return { driver: open(), reopen: async () => open() }
  },
  skip,
})
