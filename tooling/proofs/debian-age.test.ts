import { createHash, randomBytes } from 'node:crypto'

import { bytesOf, collect, Store } from '@gantry/core'
import { ensureDebianPackages } from '@gantry-tooling/servers'
import { hubStore } from '@gantry/hub-store/node'
import { hubClient, identityOf, parseSecretLink } from '@gantry/share'
import { describe, expect, test } from 'vitest'

import { ageDecrypts, ageEncrypts } from './rig/debian-age.ts'
import { HubProcess } from './rig/hub-process.ts'
import { nodeGantry, valueOf } from './rig/node-gantry.ts'
import { openShared, reader, readSome, shareBytes, workspaceOf } from './rig/shared-bytes.ts'

const missing = await ensureDebianPackages(['age'])
const note = missing === undefined ? '' : ` [${missing}]`
const sizes = [0, 1, 65_536, 65_537, 3 * 65_536 + 777]

describe.skipIf(missing !== undefined)(`Debian’s age and the hub${note}`, { timeout: 60_000 }, () => {
  test('decrypts what is exported of a hub, with what is in the secret and the metadata', async () => {
    const hub = await HubProcess.start()
    const shared = await shareBytes(
      nodeGantry({ key: await hub.account('owner') }),
      sizes.map((size) => randomBytes(size)),
    )
    // No client of ours from here on, but to fetch ciphertext.
    const { id, key } = parseSecretLink(shared.secret)
    const { metadata, token } = await hubClient({ hub: hub.url }).shares.open(id)
    const objects = new Store(hubStore({ hub: hub.url, token }))
    const exported = async (path: string) => await collect((await objects.read(path)).body)
    const json = (await ageDecrypts(await exported(metadata.path), identityOf(key))).toString()
    const [workspace] = JSON.parse(json) as [{ volumes: { source: (typeof shared.sources)[number] }[] }]
    expect([workspace]).toEqual(shared.json)
    for (const { source } of workspace.volumes) {
      const [entry] = source.entries
      const opened = await ageDecrypts(await exported(entry?.path ?? ''), source.encryption?.identity ?? '')
      expect(opened.equals(shared.files.get(entry?.name ?? '') ?? randomBytes(1))).toBe(true)
    }
  })

  test('what it encrypted is read here, ranges included', async () => {
    const hub = await HubProcess.start()
    const key = await hub.account('owner')
    const store = new Store(hubStore({ key }))
    const sources = []
    const contents = sizes.map((size) => randomBytes(size))
    for (const [index, bytes] of contents.entries()) {
      const { file, identity } = await ageEncrypts(bytes)
      const path = `made-by-age/${index}`
      await store.write({ path, size: file.length }, bytesOf(file))
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      const entries = [{ path, size: bytes.length, digests: { sha256 }, name: `${index}.bin` }]
      const encryption = { format: 'age-encryption.org/v1', identity } as const
      sources.push({ kind: 'entries', store: hub.url.replace('http', 'hub+http'), entries, encryption } as const)
    }
    const { secret } = valueOf(
      await nodeGantry({ key }).storage.uploadMetadata([workspaceOf(...sources)], { maxOpens: 1 }),
    )

    const gantry = reader({ trusting: false })
    const json = valueOf(await gantry.storage.loadMetadata(secret))
    for (const [index, bytes] of contents.entries()) {
      const name = `${index}.bin`
      const whole = await readSome(await openShared(gantry, json), name)
      expect([whole.code, whole.bytes.equals(bytes)]).toEqual(['ok', true])
      for (const share of [0, 0.3, 0.7, 0.999]) {
        const start = Math.floor(bytes.length * share)
        const end = Math.min(bytes.length, start + 70_000)
        const part = await readSome(await openShared(gantry, json), name, { start, end })
        expect([part.code, part.bytes.equals(bytes.subarray(start, end))]).toEqual(['ok', true])
      }
    }
  })
})
