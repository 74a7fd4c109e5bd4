import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { generateIdentity } from '@gantry/age'
import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { memory } from '@gantry/memory'
import { describeStore } from '@gantry/testkit'
import { afterAll } from 'vitest'

import { car } from './index.ts'

const ageSecretKey = await generateIdentity()
// So small that every test has several.
const shardSize = 150_000

describeStore({
  name: 'car in memory, encrypted',
  async open() {
    const given = memory()
    const open = () => car(new Store(given), { ageSecretKey, shardSize })
    return { driver: open(), reopen: async () => open(), inMemory: true }
  },
})

describeStore({
  name: 'car in memory, public',
  async open() {
    const given = memory()
    const open = () => car(new Store(given), { public: true, shardSize })
    return { driver: open(), reopen: async () => open(), inMemory: true }
  },
})

const folder = mkdtempSync(join(tmpdir(), 'car-conformance-'))
afterAll(async () => await rm(folder, { recursive: true }))

describeStore({
  name: 'car in a folder, encrypted',
  async open() {
    const root = join(folder, randomUUID())
    mkdirSync(root)
    const open = () => car(new Store(fs({ root })), { ageSecretKey, shardSize })
    return { driver: open(), reopen: async () => open() }
  },
})
