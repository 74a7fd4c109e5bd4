// Archives a study into a folder, slowly, and goes on with what an earlier process saved: to be killed at any time.
// node archive-slowly.ts <folder of the archive> <file for what is saved> <file that shards are logged to> <identity>
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { Store } from '@gantry/core'
import { withCalls } from '@gantry/core/driver'
import { fs } from '@gantry/fs'

import { car } from '../src/index.ts'
import { slowStudy } from '../src/testing/slow-study.ts'

const [root = '', saved = '', log = '', ageSecretKey = ''] = process.argv.slice(2)
const given = fs({ root })
const logged = withCalls(given, {
  // Each shard as a whole, so that it is logged.
  resumable: undefined,
  async write(entry, body, call) {
    await sleep(Number(process.env['SLOWLY'] ?? 10))
    const stored = await given.write?.(entry, body, call)
    if (stored === undefined) throw new Error('It takes no entries.')
    if (entry.path.startsWith('shards/')) appendFileSync(log, `${entry.path}\n`)
    return stored
  },
})
const driver = car(new Store(logged), { ageSecretKey, shardSize: 300_000 })
const files = slowStudy()
const call = { signal: new AbortController().signal }
const entries = files.map(({ path, bytes }) => ({ path, size: bytes.length, modified: 1 }))
const writer = await driver.parcels?.store?.(
  {
    entries,
    ...(existsSync(saved) && { saved: readFileSync(saved, 'utf8') }),
    async save(state) {
      writeFileSync(`${saved}.new`, state)
      renameSync(`${saved}.new`, saved)
    },
  },
  call,
)
process.stdout.write('begun\n')
for (const { path, bytes } of files) {
  if (writer?.has.has(path) === false) await writer.add({ path, size: bytes.length, modified: 1 }, slowly(bytes), call)
}
await writer?.commit(call)
process.stdout.write('done\n')

async function* slowly(bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; at += 50_000) {
    await sleep(Number(process.env['SLOWLY'] ?? 10))
    yield bytes.subarray(at, at + 50_000)
  }
}
