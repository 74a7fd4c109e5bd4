import { randomBytes } from 'node:crypto'

import { realKuboNodes } from '@gantry-tooling/servers/vitest'
import { generateIdentity } from '@gantry/age'
import { bytesOf, collect, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { describeStore } from '@gantry/testkit'
import { describe, expect, test } from 'vitest'

import { ipfs, packTree, readPath } from './index.ts'
import { contentsOf, expectedOf, storeFiles, studyFiles, type TestFile } from './testing/parcels.ts'

const ageSecretKey = await generateIdentity()

/** Files that no other test has on the node: equal ones are the same blocks. */
function ownFiles(): TestFile[] {
  return studyFiles('study', randomBytes(4).readUInt32LE())
}

for (const node of await realKuboNodes()) {
  if (node.unavailable !== undefined) {
    test.skip(`on ${node.title}`, () => {})
    continue
  }
  const kubo = { api: node.api }
  const ask = async (command: string, body?: FormData) => {
    const response = await fetch(`${node.api}/api/v0/${command}`, { method: 'POST', ...(body && { body }) })
    return await response.text()
  }
  const pinned = async (root: string) => (await ask(`pin/ls?type=recursive&arg=${root}`)).includes('"recursive"')

  describe(`ipfs on ${node.title}`, () => {
    test('keeps a study, pinned by its root, and lets go of it', async () => {
      const files = ownFiles()
      const home = new Store(memory())
      const open = () => ipfs(home, { ageSecretKey, shardSize: 400_000, kubo })
      await storeFiles(open(), files)
      expect(await contentsOf(open())).toEqual(expectedOf(files))
      const [root = ''] = (await new Store(open()).stat(files[1]?.path ?? '')).version?.split('/') ?? []
      expect(await pinned(root)).toBe(true)
      for (const { path } of files) await new Store(open()).remove(path)
      expect(await pinned(root)).toBe(false)
    })

    test('gives plaintext that is public to anyone who has its CID, by its gateway', async () => {
      const files = ownFiles()
      const driver = ipfs(new Store(memory()), { public: true, shardSize: 400_000, kubo })
      await storeFiles(driver, files)
      for (const { path, bytes } of files) {
        const [root = ''] = (await new Store(driver).stat(path)).version?.split('/') ?? []
        const { size, body } = await readPath(root, path, { gateways: [node.gateway] })
        expect(size).toBe(bytes.length)
        expect(Buffer.compare(await collect(body), bytes)).toBe(0)
      }
    })

    test('makes the same root of the same tree', async () => {
      const files = ownFiles()
      const form = new FormData()
      for (const { path, bytes } of files) form.append('file', new Blob([bytes.slice()]), encodeURIComponent(path))
      const rules = 'cid-version=1&raw-leaves=true&chunker=size-1048576&max-file-links=1024&pin=false'
      const told = (await ask(`add?${rules}&wrap-with-directory=true`, form)).trim().split('\n')
      const added = JSON.parse(told.at(-1) ?? '{}') as { Hash?: string }
      const packed = await packTree(files.map(({ path, bytes }) => ({ path, body: bytesOf(bytes) })))
      expect(added.Hash).toBe(packed)
    })
  })

  describeStore({
    name: `ipfs, encrypted, on ${node.title}`,
    async open() {
      const given = memory()
      const open = () => ipfs(new Store(given), { ageSecretKey, shardSize: 150_000, kubo })
      return { driver: open(), reopen: async () => open(), inMemory: true }
    },
  })
}
