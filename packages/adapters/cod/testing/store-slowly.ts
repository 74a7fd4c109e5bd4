// Stores a series, slowly, and keeps what it saves in a file: for who kills it.
import { renameSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

import { Store } from '@gantry/core'
import { cod } from '@gantry/cod'
import { fs } from '@gantry/fs'

import { slowSeries } from '../src/testing/slow-series.ts'
import { storeAll } from '../src/testing/store-all.ts'

const [root = '', savedFile = ''] = process.argv.slice(2)
const driver = cod(new Store(fs({ root })), { tarPartSize: 1024 * 1024 })
const save = async (state: string) => {
  writeFileSync(`${savedFile}.new`, state)
  renameSync(`${savedFile}.new`, savedFile)
}
let pending = Promise.resolve()
await storeAll(driver, await slowSeries(), {
  save: async (state) => {
    await save(state)
    pending = setTimeout(50)
    await pending
  },
})
