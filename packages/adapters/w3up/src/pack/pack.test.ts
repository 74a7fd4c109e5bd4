import { bytesOf } from '@gantry/core'
import * as fc from 'fast-check'
import { CAREncoderStream, createDirectoryEncoderStream } from 'ipfs-car'
import { importer } from 'ipfs-unixfs-importer'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import { balanced } from 'ipfs-unixfs-importer/layout'
import { CID } from 'multiformats/cid'
import { describe, expect, test } from 'vitest'

import { Staging } from '../staging/staging.ts'
import { spoilt } from '../testing/spoilt.ts'
import { carHeader, readSectionHead } from './car.ts'
import { type Block, isBlockOf } from './cid.ts'
import { decodeDagIndex, encodeDagIndex } from './dag-index.ts'
import { decodeNode, encodeNode } from './dag-pb.ts'
import { directoryTree } from './directory-tree.ts'
import { FileTree, type Tree } from './file-tree.ts'
import { leafSize } from './leaves.ts'
import { packFile } from './pack-file.ts'
import { packTree } from './pack-tree.ts'
import { ShardPacker } from './shard-packer.ts'
import { decodeUnixFs } from './unixfs.ts'

type Files = readonly (readonly [path: string, bytes: Uint8Array])[]

function pattern(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = seed
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[index] = state >>> 24
  }
  return bytes
}

const nowhere = async () => {}

async function ours(files: Files, emit: (block: Block) => Promise<void> = nowhere): Promise<Tree> {
  const trees = new Map<string, Tree>()
  for (const [path, bytes] of files) trees.set(path, await packFile(spoilt(bytes), emit))
  return await directoryTree(trees, emit)
}

async function importers(files: Files, options: object): Promise<string> {
  const discard = { put: async (cid: CID) => cid }
  const source = files.map(([path, content]) => ({ path, content: bytesOf(content) }))
  let root: unknown
  for await (const { cid, path } of importer(source, discard, options)) if (path === '') root = cid
  return String(root)
}

const explicit = {
  rawLeaves: true,
  cidVersion: 1,
  chunker: fixedSize({ chunkSize: leafSize }),
  layout: balanced({ maxChildrenPerNode: 1024 }),
  wrapWithDirectory: true,
}

async function ipfsCar(files: Files): Promise<string> {
  const entries = files.map(([path, bytes]) => ({ name: path, stream: () => new Blob([bytes.slice()]).stream() }))
  let root: unknown
  await createDirectoryEncoderStream(entries)
    .pipeThrough(
      new TransformStream({
        transform(block, controller) {
          root = block.cid
          controller.enqueue(block)
        },
      }),
    )
    .pipeThrough(new CAREncoderStream())
    .pipeTo(new WritableStream())
  return String(root)
}

const study: Files = [
  ['1.2.3/1.2.3.4/a.dcm', pattern(10)],
  ['1.2.3/1.2.3.4/b.dcm', pattern(leafSize, 2)],
  ['1.2.3/1.2.3.4/c', pattern(leafSize + 1, 3)],
  ['1.2.3/1.2.3.5/empty', new Uint8Array()],
  ['1.2.3/1.2.3.5/Ångström 心.dcm', pattern(3 * leafSize, 4)],
  ['report.dcm', pattern(2 * leafSize + 77, 5)],
]

describe('the root of a tree', { timeout: 120_000 }, () => {
  test('is the one that importers and ipfs-car make of it', async () => {
    const root = String((await ours(study)).cid)
    expect(root).toBe(await importers(study, explicit))
    expect(root).toBe(await importers(study, { profile: 'unixfs-v1-2025', wrapWithDirectory: true }))
    expect(root).toBe(await ipfsCar(study))
  })

  test('is told before anything is sent, and the same when it is', async () => {
    const given = study.map(([path, bytes]) => ({ path, body: spoilt(bytes) }))
    const sizes: number[] = []
    const root = await packTree(given, { shardSize: 3 * leafSize, onShard: async ({ size }) => void sizes.push(size) })
    expect(sizes.length).toBeGreaterThan(2)
    expect(await packTree(study.map(([path, bytes]) => ({ path, body: spoilt(bytes) })))).toBe(root)
    expect(root).toBe(String((await ours(study)).cid))
  })

  test('does not depend on the order of what is packed', async () => {
    expect(String((await ours(study.toReversed())).cid)).toBe(String((await ours(study)).cid))
  })

  test('of any small tree is the importers’', async () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9é心. _-]{1,6}$/u).filter((text) => !/^\.+$/u.test(text))
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'))
    const tree = fc.uniqueArray(fc.tuple(path, fc.integer({ min: 0, max: 5000 })), {
      minLength: 1,
      maxLength: 12,
      comparator: ([a], [b]) => a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`),
    })
    await fc.assert(
      fc.asyncProperty(tree, async (entries) => {
        const files = entries.map(([where, size]) => [where, pattern(size, size)] as const)
        expect(String((await ours(files)).cid)).toBe(await importers(files, explicit))
      }),
      { numRuns: 40 },
    )
  })

  test('of a folder of 1,000 entries is the importers’; one of more is refused', async () => {
    const files = Array.from({ length: 1001 }, (_, index) => [`series/${index}`, pattern(20, index)] as const)
    const thousand = files.slice(0, 1000)
    expect(String((await ours(thousand)).cid)).toBe(await importers(thousand, explicit))
    await expect(ours(files)).rejects.toMatchObject({ code: 'invalid' })
  })

  test.for([1023, 1024, 1025, 2048, 2049])('of a file of %i leaves is the importers’', async (count) => {
    // Of small leaves, so that it need not be gigabytes.
    const leaf = 100
    const bytes = pattern(count * leaf - 3)
    const tree = new FileTree(nowhere)
    const blocks: Block[] = []
    const chunker = fixedSize({ chunkSize: leaf })
    for await (const piece of chunker(bytesOf(bytes))) {
      const block = await packFile(bytesOf(piece), async (made) => void blocks.push(made))
      await tree.push(block.cid, piece.length)
    }
    const file = await tree.finish()
    const root = await directoryTree(new Map([['file', file]]), nowhere)
    expect(String(root.cid)).toBe(await importers([['file', bytes]], { ...explicit, chunker }))
  })

  test('a path that is a file and a folder is refused', async () => {
    const clash = [
      ['a', pattern(1)],
      ['a/b', pattern(2)],
    ] as const
    await expect(ours(clash)).rejects.toMatchObject({ code: 'invalid' })
    await expect(ours(clash.toReversed())).rejects.toMatchObject({ code: 'invalid' })
  })
})

describe('shards', () => {
  test('hold every block once, where the index says, and are named by their bytes', async () => {
    const shards = new Map<
      string,
      { bytes: Uint8Array; slices: ReadonlyMap<string, { offset: number; size: number }> }
    >()
    const packer = new ShardPacker({
      staging: new Staging(),
      shardSize: 3 * leafSize,
      async onShard({ cid, size, slices, file }) {
        const bytes = new Uint8Array(await new Response(ReadableStream.from(copied(file.read()))).arrayBuffer())
        expect(bytes.length).toBe(size)
        expect(isBlockOf(cid, bytes)).toBe(true)
        shards.set(cid.toString(), { bytes, slices })
      },
    })
    const blocks = new Map<string, Uint8Array>()
    const root = await ours(study, async (block) => {
      blocks.set(block.cid.toString(), new Uint8Array(block.bytes))
      await packer.add(block)
    })
    await packer.finish()
    expect(shards.size).toBeGreaterThan(2)
    for (const { bytes } of shards.values()) expect(bytes.length).toBeLessThanOrEqual(3 * leafSize)

    const index = encodeDagIndex({
      content: root.cid,
      shards: new Map([...shards].map(([cid, { slices }]) => [cid, slices])),
    })
    const read = decodeDagIndex(index)
    expect(String(read.content)).toBe(String(root.cid))
    const found = new Set<string>()
    for (const [name, slices] of read.shards) {
      const { bytes } = shards.get(name) ?? { bytes: new Uint8Array() }
      let at = carHeader.length
      expect(bytes.subarray(0, at)).toEqual(new Uint8Array(carHeader))
      while (at < bytes.length) {
        const { cid, offset, size } = readSectionHead(bytes.subarray(at, at + 44), at)
        expect(slices.get(Buffer.from(cid.multihash.digest).toString('hex'))).toEqual({ offset, size })
        expect(isBlockOf(cid, bytes.subarray(offset, offset + size))).toBe(true)
        expect(
          Buffer.compare(bytes.subarray(offset, offset + size), blocks.get(cid.toString()) ?? new Uint8Array()),
        ).toBe(0)
        found.add(cid.toString())
        at = offset + size
      }
    }
    expect([...found].sort()).toEqual([...blocks.keys()].sort())
  })
})

async function* copied(body: AsyncIterable<Uint8Array>) {
  for await (const chunk of body) yield new Uint8Array(chunk)
}

describe('a block from outside', () => {
  test('that is no dag-pb is refused, whatever it is', () => {
    const codes = new Set<unknown>()
    const tried = (decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array) => {
      try {
        decode(bytes)
      } catch (error) {
        codes.add((error as { code?: string }).code)
      }
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        for (const decode of [decodeNode, decodeUnixFs, decodeDagIndex]) tried(decode, bytes)
        expect([...codes].filter((code) => code !== 'integrity' && code !== 'unsupported')).toEqual([])
      }),
    )
  })

  test('comes back as it was', async () => {
    const { cid, total } = await packFile(bytesOf(pattern(5)), nowhere)
    const node = { links: [{ name: 'é', cid, total }], data: Uint8Array.of(8, 1) }
    const read = decodeNode(encodeNode(node))
    expect(read.data).toEqual(node.data)
    expect(read.links.map(({ name, cid: link, total: size }) => [name, String(link), size])).toEqual([
      ['é', String(cid), 5],
    ])
  })
})
