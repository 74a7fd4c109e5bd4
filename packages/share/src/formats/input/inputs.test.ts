import { collect, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { expect, test } from 'vitest'

import { asciiStl } from '../../testing/formats/mesh-samples.ts'
import { loadFiles } from '../load/load-files.ts'
import { besideOf } from './beside.ts'
import { blobInput } from './blob-input.ts'
import { bytesInput } from './bytes-input.ts'
import { entryInput } from './entry-input.ts'

const bytes = Uint8Array.from({ length: 2_500_000 }, (_, index) => index % 251)

async function storeWith(path: string, content: Uint8Array): Promise<Store> {
  const store = new Store(memory())
  await store.write({ path, size: content.length }, (async function* () {
    yield content
  })()) // prettier-ignore
  return store
}

test('the same bytes from memory, a browser file and a store, whole and by ranges', async () => {
  const store = await storeWith('a/b.bin', bytes)
  const inputs = [
    bytesInput('a/b.bin', bytes),
    blobInput(new File([bytes], 'b.bin'), 'a/b.bin'),
    entryInput(store, await store.stat('a/b.bin')),
  ]
  for (const input of inputs) {
    expect(input).toMatchObject({ name: 'a/b.bin', size: bytes.length })
    expect(await collect(await input.read())).toEqual(bytes)
    expect(await collect(await input.read({ start: 1_000_000, end: 2_400_000 }))).toEqual(bytes.subarray(1e6, 2.4e6))
    expect(await collect(await input.read({ start: 2_499_999 }))).toEqual(bytes.subarray(2_499_999))
  }
})

test('a picked folder keeps its folders', () => {
  const file = Object.assign(new File([], 'IM1'), { webkitRelativePath: 'study/IM1' })
  expect(blobInput(file).name).toBe('study/IM1')
})

test('an entry that changes after it was listed is no other one', async () => {
  const store = await storeWith('a.stl', asciiStl)
  const input = entryInput(store, await store.stat('a.stl'))
  await store.write({ path: 'a.stl', size: 3 }, (async function* () {
    yield new Uint8Array(3)
  })()) // prettier-ignore
  expect((await loadFiles([input])).problems).toMatchObject([{ name: 'a.stl', code: 'precondition_failed' }])
})

test('names are relative to the file that says them', () => {
  expect(besideOf('a/b/c.nhdr', 'd.raw')).toBe('a/b/d.raw')
  expect(besideOf('a/b/c.nhdr', './../d.raw')).toBe('a/d.raw')
  expect(besideOf('c.nhdr', 'e\\d.raw')).toBe('e/d.raw')
})
