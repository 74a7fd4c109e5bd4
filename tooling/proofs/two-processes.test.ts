import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { bytesOf, Store, type SerializableWorkspace } from '@gantry/core'
import { hubStore, readKeyFile } from '@gantry/hub-store/node'
import { describe, expect, test } from 'vitest'

import { runProgram } from './journey/run-program.ts'
import { searchDisk } from './journey/search-disk.ts'
import { secretsOf } from './journey/secrets-of.ts'
import { shapes, tags, title, views } from './journey/state.ts'
import { filesIn, hasRealSeries, writeRealStudy, writeStudy } from './journey/study.ts'
import { HubProcess } from './rig/hub-process.ts'
import { temporaryFolder } from './rig/temporary-folder.ts'

interface Said {
  readonly phase: string
  readonly done: number
  readonly workspaces: readonly SerializableWorkspace[]
  readonly described: readonly (readonly number[])[]
}

interface Journey {
  readonly study: string
  readonly restored: string
  readonly catalogue: string
  readonly keyFile: string
  readonly hub: HubProcess
}

async function prepare(write: (folder: string) => Promise<void>): Promise<Journey> {
  const hub = await HubProcess.start()
  const folder = temporaryFolder()
  const [study, restored] = [join(folder, 'study'), join(folder, 'restored')]
  await mkdir(study)
  await mkdir(restored)
  await write(study)
  const keyFile = join(folder, 'key.json')
  await writeFile(keyFile, JSON.stringify(await hub.account('radiology')), { mode: 0o600 })
  return { study, restored, catalogue: join(folder, 'catalogue'), keyFile, hub }
}

const [ct, fmri] = [
  [96, 96, 12],
  [64, 64, 15, 10],
]
const journeys: readonly {
  readonly name: string
  readonly write: (folder: string) => Promise<void>
  readonly skip: boolean
  readonly words: readonly string[]
  readonly dimensions: readonly unknown[]
}[] = [
  { name: 'a phantom', write: writeStudy, skip: false, words: [], dimensions: [ct] },
  { name: 'a phantom under a passphrase', write: writeStudy, skip: false, words: ['lange Losung'], dimensions: [ct] },
  {
    name: 'a series of a real scanner',
    write: writeRealStudy,
    skip: !hasRealSeries,
    words: [],
    dimensions: [ct, fmri],
  },
]

describe('from one process to another by the secret alone, and nothing of it on the hub’s disk', () => {
  for (const { name, write, skip, words, dimensions } of journeys) {
    test.skipIf(skip)(`of ${name}`, { timeout: 120_000 }, async () => {
      const { study, restored, catalogue, keyFile, hub } = await prepare(write)
      const said = await runProgram('share-program.ts', [study, keyFile, catalogue, ...words])
      expect(said).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/s\/[\w-]{22}#1\.[\w-]{43}\n$/u)
      const secret = said.trim()
      const opened = JSON.parse(await runProgram('open-program.ts', [secret, restored, ...words])) as Said

      const before = await filesIn(study)
      const after = await filesIn(restored)
      expect([...after.keys()].sort()).toEqual([...before.keys()].sort())
      expect([...before].filter(([path, bytes]) => after.get(path)?.equals(bytes) !== true)).toEqual([])
      expect(opened).toMatchObject({ phase: 'completed', done: before.size, workspaces: [{ title, tags }] })
      const [workspace] = opened.workspaces
      expect(workspace?.shapes).toEqual(shapes)
      expect(workspace?.views).toEqual(views)
      expect(workspace?.volumes[0]).toMatchObject({ opacity: 0.75, window: { center: 41, width: 399 } })
      expect(workspace?.geometries).toMatchObject([{ name: 'Quellmalz surface', format: 'stl' }])
      expect(opened.described.toSorted((a, b) => a.length - b.length)).toEqual(dimensions)

      const secrets = await secretsOf(study, catalogue, secret)
      expect(secrets.length).toBeGreaterThan(before.size * 9)
      const searched = await searchDisk(hub.settings.folder, secrets)
      expect(searched.bytes).toBeGreaterThan([...before.values()].reduce((sum, { length }) => sum + length, 0))
      expect([...searched.found.keys()]).toEqual([])
    })
  }
})

test(
  'the search finds all of it on the disk of a hub that was given it in the clear',
  { timeout: 120_000 },
  async () => {
    const { study, catalogue, keyFile, hub } = await prepare(writeStudy)
    const secret = (await runProgram('share-program.ts', [study, keyFile, catalogue])).trim()
    const secrets = await secretsOf(study, catalogue, secret)

    const store = new Store(hubStore({ key: await readKeyFile(keyFile) }))
    const write = async (path: string, bytes: Uint8Array) =>
      await store.write({ path, size: bytes.length }, bytesOf(bytes))
    for (const [path, bytes] of await filesIn(study)) await write(`plain/${path}`, bytes)
    const words = JSON.stringify({ title, tags, shapes, views, name: 'Quellmalz surface' })
    await write('plain/words', Buffer.from(words))
    for (const [index, { name, guises }] of secrets.entries()) {
      if (name.startsWith('the ')) await write(`plain/key-${index}`, guises[index % guises.length] ?? Buffer.alloc(0))
    }
    const { found } = await searchDisk(hub.settings.folder, secrets)
    expect(secrets.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([])
    // Paths are in the database, contents in blobs.
    const places = new Set([...found.values()].flatMap((where) => [...where]))
    expect(places).toEqual(new Set(['a blob', '.sqlite-wal']))
    expect(found.get('file name: left-lung-segmented.stl')).toEqual(new Set(['.sqlite-wal']))
  },
)
