import { collect } from '@gantry/core'
import { importer, type ImporterOptions } from 'ipfs-unixfs-importer'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { describe, expect, test } from 'vitest'

import { cidOf, codec, holding } from '../pack/cid.ts'
import { encodeNode, type Link } from '../pack/dag-pb.ts'
import { encodeUnixFs } from '../pack/unixfs.ts'
import { pattern } from '../testing/parcels.ts'
import { readPath } from './read-path.ts'

/** Blocks that a gateway gives, whatever the version of the CID that it is asked by. */
class Gateway {
  readonly #blocks = new Map<string, Uint8Array>()

  put(cid: CID, bytes: Uint8Array): CID {
    this.#blocks.set(Buffer.from(cid.multihash.bytes).toString('hex'), bytes)
    return cid
  }

  add(code: number, bytes: Uint8Array): CID {
    return this.put(cidOf(code, bytes), bytes)
  }

  /** A folder of one entry, `f`. */
  folder(cid: CID, total = 0): string {
    const links: Link[] = [{ name: 'f', cid, total }]
    return this.add(codec.dagPb, encodeNode({ links, data: encodeUnixFs({ type: 'directory' }) })).toString()
  }

  async read(root: string, path = 'f', range?: { start: number; end: number }): Promise<Buffer> {
    const send: typeof fetch = async (url) => {
      const text = new URL(url instanceof Request ? url.url : url).pathname.split('/').at(-1) ?? ''
      const block = this.#blocks.get(Buffer.from(CID.parse(text).multihash.bytes).toString('hex'))
      return block === undefined ? new Response(null, { status: 404 }) : new Response(new Uint8Array(block))
    }
    const { body } = await readPath(root, path, { gateways: ['https://gateway.example'], fetch: send }, range)
    return Buffer.from(await collect(body))
  }
}

/** What other programs made of files, by their own options. */
async function imported(files: Readonly<Record<string, Uint8Array>>, options: ImporterOptions) {
  const gateway = new Gateway()
  const blockstore = { put: async (cid: CID, bytes: Uint8Array) => gateway.put(cid, bytes) }
  const given = Object.entries(files).map(([path, content]) => ({ path, content }))
  let root = ''
  const all = importer(given, blockstore, { wrapWithDirectory: true, ...options })
  for await (const { cid } of all) root = cid.toString()
  return { gateway, root }
}

describe('a DAG that another program made', () => {
  const long = pattern(2_500_000)

  test.each<[string, ImporterOptions]>([
    ['of version 0, with its bytes in dag-pb nodes', { cidVersion: 0, rawLeaves: false }],
    ['with bytes of type raw in dag-pb nodes', { cidVersion: 0, rawLeaves: false, leafType: 'raw' }],
    ['with raw leaves', { cidVersion: 1, rawLeaves: true }],
    [
      'with leaves that are longer than its own',
      { cidVersion: 1, rawLeaves: true, chunker: fixedSize({ chunkSize: 2_000_000 }) },
    ],
  ])('%s, is read, whole and by ranges', async (_, options) => {
    const small = new TextEncoder().encode('small')
    const { gateway, root } = await imported(
      { 'd/long': long, 'd/small': small, 'd/empty': new Uint8Array() },
      { chunker: fixedSize({ chunkSize: 30_000 }), ...options },
    )
    expect(Buffer.compare(await gateway.read(root, 'd/long'), long)).toBe(0)
    const range = { start: 29_990, end: 60_010 }
    expect(Buffer.compare(await gateway.read(root, 'd/long', range), long.subarray(29_990, 60_010))).toBe(0)
    expect((await gateway.read(root, 'd/small')).toString()).toBe('small')
    expect(await gateway.read(root, 'd/empty')).toHaveLength(0)
    await expect(gateway.read(root, 'd/other')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('is read where CIDs hold the bytes themselves, alone and beside others', async () => {
    const gateway = new Gateway()
    const tiny = new TextEncoder().encode('tiny')
    expect((await gateway.read(gateway.folder(holding(tiny)))).toString()).toBe('tiny')
    const leaf = gateway.add(codec.raw, new TextEncoder().encode('and more'))
    const links = [holding(tiny), leaf].map((cid) => ({ name: '', cid, total: 0 }))
    const data = encodeUnixFs({ type: 'file', size: 12, blockSizes: [4, 8] })
    const file = gateway.add(codec.dagPb, encodeNode({ links, data }))
    expect((await gateway.read(gateway.folder(file))).toString()).toBe('tinyand more')
    expect((await gateway.read(gateway.folder(file), 'f', { start: 2, end: 6 })).toString()).toBe('nyan')
  })

  test('is read at its root, where that is the file', async () => {
    const gateway = new Gateway()
    expect((await gateway.read(gateway.add(codec.raw, Uint8Array.of(104, 105)).toString(), '')).toString()).toBe('hi')
  })

  test.each([
    [
      'a block that is longer than any is taken for',
      (gateway: Gateway) => gateway.add(codec.raw, new Uint8Array(5 * 1024 * 1024)),
    ],
    ['another hash', () => CID.createV1(codec.raw, Digest.create(0x13, new Uint8Array(64)))],
    ['another codec', (gateway: Gateway) => gateway.add(codec.dagCbor, Uint8Array.of(0xa0))],
    [
      'a sharded folder',
      (gateway: Gateway) => gateway.add(codec.dagPb, encodeNode({ links: [], data: Uint8Array.of(8, 5) })),
    ],
  ])('is no reason to speak of damage: %s is unsupported', async (_, made) => {
    const gateway = new Gateway()
    await expect(gateway.read(gateway.folder(made(gateway)))).rejects.toMatchObject({ code: 'unsupported' })
  })

  test('is refused where its lengths do not add up, or its bytes are others', async () => {
    const gateway = new Gateway()
    const leaf = gateway.add(codec.raw, new Uint8Array(8))
    const data = encodeUnixFs({ type: 'file', size: 7, blockSizes: [7] })
    const file = gateway.add(codec.dagPb, encodeNode({ links: [{ name: '', cid: leaf, total: 8 }], data }))
    await expect(gateway.read(gateway.folder(file))).rejects.toMatchObject({ code: 'integrity' })
    gateway.put(leaf, new Uint8Array(9))
    await expect(gateway.read(gateway.folder(leaf))).rejects.toMatchObject({ code: 'integrity' })
    await expect(gateway.read('no CID')).rejects.toMatchObject({ code: 'invalid' })
  })
})
