import { createHash } from 'node:crypto'

import { bytesOf, Store, toCall } from '@gantry/core'
import { generateIdentity } from '@gantry/age'
import { memory } from '@gantry/memory'
import { CID } from 'multiformats/cid'
import { expect, test } from 'vitest'

import { parseUnitRecord } from '../manifest/unit-record.ts'
import { Home } from '../manifest/home.ts'
import { car } from '../index.ts'
import { pathsOf, storeFiles, studyFiles } from '../testing/parcels.ts'
import { pieceCidOf } from './piece-cid.ts'

test('of zeros is the tree over them: its padding, its height, and its root', { timeout: 60_000 }, async () => {
  let root = Buffer.alloc(32)
  for (let height = 0; height < 4; height += 1) {
    root = createHash('sha256')
      .update(Buffer.concat([root, root]))
      .digest()
    root[31] = (root[31] ?? 0) & 0x3f
  }
  // 508 bytes are 16 leaves, with the two bits that each field element loses.
  const cid = CID.parse(await pieceCidOf(bytesOf(new Uint8Array(127 * 4)), toCall()))
  expect([cid.code, cid.multihash.code]).toEqual([0x55, 0x10_11])
  expect(Buffer.from(cid.multihash.digest).toString('hex')).toBe(`0004${root.toString('hex')}`)
})

test('is the same however the bytes come, and is recorded where it is asked for', { timeout: 120_000 }, async () => {
  const bytes = new Uint8Array(1_300_000).map((_, index) => index % 249)
  const whole = await pieceCidOf(bytesOf(bytes), toCall())
  expect(await pieceCidOf(bytesOf(bytes.subarray(0, 700_001), bytes.subarray(700_001)), toCall())).toBe(whole)

  const given = new Store(memory())
  await storeFiles(car(given, { ageSecretKey: await generateIdentity(), pieceCids: true }), studyFiles())
  const [unit = ''] = await pathsOf(given, 'units')
  const found = await new Home(given).read(unit, toCall())
  const { shards } = parseUnitRecord(found?.bytes ?? new Uint8Array())
  expect(shards.map(({ piece }) => piece)).toEqual([expect.stringMatching(/^bafkzcib/u)])
})
