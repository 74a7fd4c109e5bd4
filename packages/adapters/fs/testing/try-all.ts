// Tries every call, and prints the code of each.
import { bytesOf, isGantryError, Store } from '@gantry/core'

import { fs } from '../src/fs.ts'

const { root } = JSON.parse(process.argv[2] ?? '') as { root: string }
const store = new Store(fs({ root }))

async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
    return 'done'
  } catch (error) {
    return isGantryError(error) ? error.code : String(error)
  }
}

const codes = {
  list: await codeOf(async () => {
    for await (const entry of store.list()) void entry
  }),
  stat: await codeOf(() => store.stat('entry')),
  read: await codeOf(() => store.read('entry')),
  write: await codeOf(() => store.write({ path: 'new', size: 0 }, bytesOf())),
  begin: await codeOf(async () => await store.uploads?.begin({ path: 'new' })),
  remove: await codeOf(() => store.remove('entry')),
}
process.stdout.write(JSON.stringify(codes))
