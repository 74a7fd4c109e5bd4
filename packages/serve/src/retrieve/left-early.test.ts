import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Store } from '@gantry/core'
import { releasing, type StoreDriver } from '@gantry/core/driver'
import { fs } from '@gantry/fs'
import { expect, onTestFinished, test } from 'vitest'

import { image } from '../testing/image.ts'
import { rig } from '../testing/rig.ts'

/** A store that counts bodies that are open. */
async function counting(files: Readonly<Record<string, Uint8Array>>) {
  const root = await mkdtemp(join(tmpdir(), 'serve-'))
  onTestFinished(async () => await rm(root, { recursive: true }))
  for (const [path, bytes] of Object.entries(files)) await writeFile(join(root, path), bytes)
  const driver = fs({ root })
  const bodies = { open: 0 }
  const read: StoreDriver['read'] = async (ref, range, call) => {
    const { entry, body } = await fs({ root }).read(ref, range, call)
    bodies.open += 1
    let over = false
    const close = () => {
      if (!over) bodies.open -= 1
      over = true
    }
    const passed = async function* () {
      try {
        yield* body
      } finally {
        close()
      }
    }
    return { entry, body: releasing(passed(), close) }
  }
  const counted = Object.defineProperty(driver, 'read', { value: read })
  return { store: new Store(counted), bodies }
}

const series = '/studies/1.2.1/series/1.2.1.1'
const files = Object.fromEntries(
  ['1', '2', '3', '4', '5', '6'].map((name) => [name, image({ instance: `1.2.1.1.${name}`, frames: 6, size: 128 })]),
)

test.for([
  ['frames', `${series}/instances/1.2.1.1.1/frames/1,2,3,4,5,6`],
  ['instances', series],
])('who leaves while %s are sent leaves no body open', async ([, path]) => {
  const { store, bodies } = await counting(files)
  const { server } = await rig({ store })
  expect(bodies.open).toBe(0)
  const response = await server.fetch(new Request(`http://localhost/dicom-web${path}`))
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  await reader.read()
  expect(bodies.open).toBeGreaterThan(0)
  await reader.cancel()
  await expect.poll(() => bodies.open).toBe(0)
})
