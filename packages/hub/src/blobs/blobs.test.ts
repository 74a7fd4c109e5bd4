import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { type Bytes, Store } from '@gantry/core'
import { releasing } from '@gantry/core/driver'
import { fs } from '@gantry/fs'
import { memory } from '@gantry/memory'
import { expect, test } from 'vitest'

import { openRig, temporaryFolder } from '../testing/rig.ts'

test('what a killed hub left half written in its keeper goes after a day, and nothing else of the keeper', async () => {
  const folder = temporaryFolder()
  const rig = await openRig({ keeper: new Store(fs({ root: folder })) })
  const half = join(folder, 'blobs/aa/.gantry-0123456789abcdef01234567.tmp')
  const foreign = join(folder, 'elsewhere/.gantry-0123456789abcdef01234567.tmp')
  for (const file of [half, foreign]) {
    await mkdir(join(file, '..'), { recursive: true })
    await writeFile(file, 'half of it')
  }
  rig.now = Date.now()
  expect(await rig.hub.sweep()).toMatchObject({ blobs: 0 })
  await access(half)
  rig.now += 86_400_000 + 60_000
  expect(await rig.hub.sweep()).toMatchObject({ blobs: 1 })
  await expect(access(half)).rejects.toMatchObject({ code: 'ENOENT' })
  await access(foreign)
})

test('an object that nobody reads after all is closed, however much of it went', async () => {
  let open = 0
  const counted = (body: Bytes) => {
    open += 1
    const closed = () => void (open -= 1)
    const chunks = async function* () {
      try {
        yield* body
      } finally {
        closed()
      }
    }
    return releasing(chunks(), closed)
  }
  const driver = memory()
  const read = driver.read.bind(driver)
  driver.read = async (...asked) => {
    const { entry, body } = await read(...asked)
    return { entry, body: counted(body) }
  }
  const rig = await openRig({ keeper: new Store(driver) })
  const token = await rig.token('writer')
  await rig.send('PUT', '/v1/objects/a', { token, body: new Uint8Array(200_000) })
  for (const chunks of [0, 1]) {
    const { body } = await rig.send('GET', '/v1/objects/a', { token })
    expect(open).toBe(1)
    const reader = body?.getReader()
    for (let chunk = 0; chunk < chunks; chunk += 1) await reader?.read()
    await reader?.cancel()
    expect(open).toBe(0)
  }
})
