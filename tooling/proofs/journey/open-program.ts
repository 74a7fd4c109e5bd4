import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { createJobSpec, memoryJournal, nodeHashing, openJob } from '@gantry/transfer'

import { nodeGantry, valueOf } from '../rig/node-gantry.ts'

// Process B: has the secret, and nothing else. Restores the files, and says the workspaces as they are once loaded.
const [secret = '', folder = '', passphrase] = process.argv.slice(2)
const gantry = nodeGantry()
const json = valueOf(await gantry.storage.loadMetadata<unknown[]>(secret, { passphrase }))
const workspaces = valueOf(await gantry.workspace.loadFromSerialization(json))
const from = valueOf(await gantry.workspace.openFiles(json))
const to = new Store(fs({ root: folder }))
const journal = memoryJournal(createJobSpec({ id: 'restore', from: from.url, to: to.url }))
const { phase, progress } = await (await openJob({ from, to, journal, hashing: nodeHashing })).run()
const said = {
  phase,
  done: progress.done.entries,
  workspaces: valueOf(await gantry.workspace.serialize(workspaces)),
  described: await Promise.all(
    workspaces.flatMap(({ volumes }) => volumes).map(async (one) => valueOf(await gantry.med.describe(one)).dimensions),
  ),
}
console.log(JSON.stringify(said))
