// Puts the parts of an upload; the third stops half way. First it prints the upload.
import { bytesOf, Store } from '@gantry/core'

import { fs } from '../src/fs.ts'

const { root, partSize } = JSON.parse(process.argv[2] ?? '') as { root: string; partSize: number }
const { uploads } = new Store(fs({ root }))
if (uploads === undefined) throw new Error('The store has no uploads.')
const upload = await uploads.begin({ path: 'folder/entry', size: 4 * partSize })
for (const number of [1, 2]) {
  const part = { number, offset: (number - 1) * partSize, size: partSize }
  await uploads.putPart(upload, part, bytesOf(Buffer.alloc(partSize, number)))
}
const body = (async function* () {
  yield Buffer.alloc(partSize / 2, 3)
  // The bytes are in the file when the next are asked for.
  setImmediate(() => process.stdout.write(JSON.stringify(upload)))
  await new Promise((resolve) => setTimeout(resolve, 600_000))
})()
await uploads.putPart(upload, { number: 3, offset: 2 * partSize, size: partSize }, body)
