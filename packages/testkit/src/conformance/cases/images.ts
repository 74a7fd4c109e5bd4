import assert from 'node:assert/strict'

import type { Bench } from '../bench.ts'
import { group } from '../conformance-case.ts'
import { failsWith, sameBytes } from '../expectations.ts'

async function keepsBytes(bench: Bench): Promise<void> {
  const samples = await bench.plant(3)
  for (const { path, bytes } of samples) {
    const { size } = await bench.store.stat(path)
    assert.ok(size === undefined || size === bytes.length, 'the size that is told')
    sameBytes(await bench.get(path), bytes, path)
  }
}

async function lists(bench: Bench): Promise<void> {
  const samples = await bench.plantImages({ studies: 2, slices: 3 })
  const paths = samples.map(({ path }) => path).sort()
  assert.deepEqual((await bench.paths()).sort(), paths, 'all that is listed')
  const folder = paths[0]?.split('/').slice(0, -1).join('/') ?? ''
  const within = paths.filter((path) => path.startsWith(`${folder}/`))
  assert.deepEqual((await bench.paths({ prefix: folder })).sort(), within, 'what is listed below a prefix')
}

async function tellsImages(bench: Bench): Promise<string | undefined> {
  const samples = await bench.plant(2)
  for (const entry of await bench.list()) {
    if (entry.image === undefined) return 'its listing tells no UIDs'
    const sample = samples.find(({ path }) => path === entry.path)
    assert.equal(entry.image.sopInstanceUID, sample?.image?.sopInstanceUID)
    assert.equal(entry.image.studyInstanceUID, sample?.image?.studyInstanceUID)
  }
  return undefined
}

async function absent(bench: Bench): Promise<void> {
  const [one] = await bench.samples(1)
  assert.ok(one !== undefined)
  await failsWith(bench.store.stat(one.path), 'not_found')
  await failsWith(bench.get(one.path), 'not_found')
  assert.deepEqual(await bench.paths(), [], 'what is listed')
}

/** Of stores whose paths name images: what else they promise is about names that they do not have. */
export const imageCases = group('images', ({ layout }) => layout !== undefined, [
  ['keeps an image as it is', keepsBytes],
  ['lists every image where its layout puts it', lists],
  ['tells the UIDs of what it lists', tellsImages],
  ['says not_found of an image that is not there', absent],
])
