import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, onTestFinished, test, vi } from 'vitest'

import { uidLayout } from '../server.ts'
import { image } from '../testing/image.ts'
import { rig } from '../testing/rig.ts'
import { Sweeper } from './sweeper.ts'

const left = '.gantry-0123456789abcdef01234567w0123456789abcdef.tmp'

/** A server over a folder with what a process left that died, so many hours later. */
async function later(hours: number) {
  const served = await rig({ stow: uidLayout, files: { 's/1.dcm': image() } })
  await writeFile(join(served.folder, 's', left), image({ instance: '1.2.1.1.2' }).subarray(0, 500))
  await served.store.uploads?.begin({ path: 's/2.dcm' })
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 3_600_000 })
  onTestFinished(() => void vi.useRealTimers())
  const names = async () => await readdir(join(served.folder, 's'))
  return { ...served, names }
}

test('what a process left that died while it stored is removed by the next one, when it is a day old', async () => {
  const { server, names, errors } = await later(25)
  expect(await names()).toContain(left)
  server.keepFresh(0)
  await expect.poll(names, { timeout: 20_000 }).not.toContain(left)
  expect(await names()).toContain('1.dcm')
  // An upload in parts can be gone on with.
  expect((await names()).filter((name) => name.startsWith('.gantry-'))).toHaveLength(2)
  expect(errors).toEqual([])
})

test('it is left while it may be what another process is at', async () => {
  const { store, names, errors } = await later(23)
  const sweeper = new Sweeper(store, (error) => errors.push(error))
  await sweeper.start()
  await sweeper.stop()
  expect(await names()).toContain(left)
  expect(errors).toEqual([])
})
