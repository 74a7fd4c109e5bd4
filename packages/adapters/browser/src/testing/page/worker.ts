import { bytesOf, collect, GantryError, Store } from '@gantry/core'

import { browser, privateFolder } from '../../index.ts'

// As in a browser that has no streams to files.
Reflect.deleteProperty(FileSystemFileHandle.prototype, 'createWritable')

async function tryIt() {
  const store = new Store(browser({ root: () => privateFolder('worker') }))
  const bytes = Uint8Array.from({ length: 1_500_000 }, (_, at) => (at * 7) & 0xff)
  await store.write(
    { path: 'a/b', size: bytes.length },
    bytesOf(bytes.subarray(0, 1_000_000), bytes.subarray(1_000_000)),
  )
  const broken = async function* () {
    yield bytes
    throw new GantryError('integrity', 'Not what was promised.')
  }
  const failed = await store.write({ path: 'a/b', size: 2_000_000 }, broken()).catch((error: GantryError) => error.code)
  const there = await collect((await store.read('a/b')).body)
  const paths: string[] = []
  for await (const { path } of store.list()) paths.push(path)
  return { failed, paths, same: there.length === bytes.length && there.every((byte, at) => byte === bytes[at]) }
}

tryIt().then(
  (answer) => postMessage(answer),
  (error: unknown) => postMessage(`${String(error)} ${String((error as Error).cause)}`),
)
