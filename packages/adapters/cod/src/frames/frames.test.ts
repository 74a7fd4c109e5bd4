import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { bytesOf, collect, Store, toCall } from '@gantry/core'
import { bytesSource, frameRanges } from '@gantry/dicom'
import { fs } from '@gantry/fs'
import { memory } from '@gantry/memory'
import { type DataSet, transferSyntaxUID, writeDicom } from '@gantry/testkit/phantom'
import { nodeHashing } from '@gantry/transfer'
import { describe, expect, test } from 'vitest'

import { cod, type CodDriver, repairCod } from '../index.ts'
import { parseEntryPath, pathsOf } from '../series/series-name.ts'
import { paxHeader } from '../tar/pax-header.ts'
import { compressedFrames, fixtureStore, nativeFrames, noFixtures, samples } from '../testing/fixtures.ts'
import { type ImageFile, imageFile, storeAll } from '../testing/store-all.ts'
import { watched } from '../testing/watched.ts'

async function pathIn(driver: CodDriver, { study, series }: typeof nativeFrames): Promise<string> {
  for await (const { path } of driver.list({ prefix: `studies/${study}/series/${series}` }, toCall())) return path
  throw new Error('There is nothing.')
}

/** By the header alone: nothing of a COD store has a part in it. */
async function expectFrames(driver: CodDriver, { path, bytes }: ImageFile): Promise<void> {
  const frames = await frameRanges(bytesSource(bytes))
  for (let number = 1; number <= frames.numberOfFrames; number += 1) {
    expect(await driver.readFrame(path, number)).toEqual(await collect(frames.read(number)))
  }
}

describe.skipIf(noFixtures)('what others wrote', () => {
  test('native frames are found in spite of tables that are 8 bytes too high', async () => {
    const given = await fixtureStore('v1.0')
    const driver = cod(given.store)
    const path = await pathIn(driver, nativeFrames)
    const bytes = await collect((await new Store(driver).read(path)).body)
    await expectFrames(driver, { path, bytes })
    // What the table says, and what is right.
    expect(Buffer.from(await driver.readFrame(path, 1)).equals(bytes.subarray(3564, 3564 + 262_144))).toBe(true)
  })

  test('compressed frames are found, each by one read, once the metadata are known', async () => {
    const given = await fixtureStore('v2.0')
    const driver = cod(given.store)
    const path = await pathIn(driver, compressedFrames)
    const bytes = readFileSync(join(samples, 'test_data_history/multiframe.dcm'))
    given.reset()
    await driver.readFrame(path, 7)
    expect(given.reads).toHaveLength(1)
    expect(given.bytes()).toBe(1810)
    await expectFrames(driver, { path, bytes })
    await expect(driver.readFrame(path, 39)).rejects.toMatchObject({ code: 'not_found' })
    await expect(driver.readFrame(path, 0)).rejects.toMatchObject({ code: 'not_found' })
  })
})

const study = '1.2.826.0.1.3680043.10.1'
const common: DataSet = [
  [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'],
  [0x00080018, 'UI', `${study}.3`],
  [0x0020000d, 'UI', study],
  [0x0020000e, 'UI', `${study}.2`],
]

function imageOf(
  frames: number,
  rows: number,
  pixels: Uint8Array,
  trailing: DataSet = [],
  written: { readonly columns?: number; readonly vr?: 'OB' | 'OW'; readonly syntax?: string } = {},
): Promise<ImageFile> {
  const { columns = 1024, vr = 'OB', syntax = 'explicit' } = written
  const dataSet: DataSet = [
    ...common,
    [0x00280002, 'US', 1],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280008, 'IS', frames],
    [0x00280010, 'US', rows],
    [0x00280011, 'US', columns],
    [0x00280100, 'US', 8],
    [0x00280101, 'US', 8],
    [0x00280102, 'US', 7],
    [0x00280103, 'US', 0],
    [0x7fe00010, vr, pixels],
    ...trailing,
  ]
  return imageFile(writeDicom({ dataSet, syntax }))
}

/** Frames that tell one from another. */
function pixelsOf(frames: number, size: number): Uint8Array {
  const pixels = new Uint8Array(frames * size)
  for (let frame = 0; frame < frames; frame += 1) pixels.fill(frame + 1, frame * size, (frame + 1) * size)
  return pixels
}

test('where no frames are counted there is one, as for who reads the header', async () => {
  for (const frames of [0, -1]) {
    const file = await imageOf(frames, 4, pixelsOf(1, 4096))
    const driver = cod(new Store(memory()))
    await storeAll(driver, [file])
    await expectFrames(driver, file)
    await expect(driver.readFrame(file.path, 2)).rejects.toMatchObject({ code: 'not_found' })
  }
})

test.for([
  ['of odd length', 3, 1, []],
  ['of one frame', 1, 4, []],
  ['with something behind them', 4, 4, [[0xfffcfffc, 'OB', new Uint8Array(40)]]],
  ['with as much behind them as the fault would be', 4, 4, [[0x7fe10010, 'LO', '']]],
] as const)('native frames %s', async ([, frames, rows, trailing]) => {
  const file = await imageOf(frames, rows, pixelsOf(frames, rows * 1024), trailing)
  const driver = cod(new Store(memory()))
  await storeAll(driver, [file])
  await expectFrames(driver, file)
})

test.each([3, 4])('frames of bytes in big endian words, %i to a row', async (columns) => {
  const pixels = Uint8Array.from({ length: Math.ceil((columns * 9) / 2) * 2 }, (_, index) => index)
  const file = await imageOf(3, 3, pixels, [], { columns, vr: 'OW', syntax: 'big-endian' })
  const driver = cod(new Store(memory()))
  await storeAll(driver, [file])
  await expectFrames(driver, file)
})

test('a frame of a series of 1 GiB costs two requests, and less than 5 MB', { timeout: 120_000 }, async () => {
  const [frames, frameBytes] = [1024, 1024 * 1024]
  const { path, bytes } = await imageOf(frames, 1024, new Uint8Array(2))
  const { name } = parseEntryPath(path) ?? { name: { study: '', series: '' } }
  // Sparse: the image's pixels are holes of the file, but for the first byte of each frame.
  const header = Buffer.from(bytes.subarray(0, -2))
  header.writeUInt32LE(frames * frameBytes, header.length - 4)
  const size = header.length + frames * frameBytes
  const head = paxHeader({ name: `instances/${path.split('/').at(-1)}`, size, mtime: 0 })
  const root = await mkdtemp(join(tmpdir(), 'cod-frames-'))
  try {
    const tar = join(root, pathsOf(name).tar)
    mkdirSync(dirname(tar), { recursive: true })
    writeFileSync(tar, Buffer.concat([head, header]))
    const first = head.length + header.length
    const file = openSync(tar, 'r+')
    ftruncateSync(file, Math.ceil((head.length + size) / 512) * 512 + 1024)
    for (let frame = 0; frame < frames; frame += 1) {
      writeSync(file, Uint8Array.of(frame % 251), 0, 1, first + frame * frameBytes)
    }
    closeSync(file)
    const given = watched(fs({ root }))
    expect(await repairCod(given.store, name, { hashing: nodeHashing })).toMatchObject({ instances: 1 })
    for (const number of [1, 700, frames]) {
      const driver = cod(given.store)
      given.reset()
      const frame = await driver.readFrame(path, number)
      expect([frame.length, frame[0], frame.at(-1)]).toEqual([frameBytes, (number - 1) % 251, 0])
      expect(given.calls).toEqual(['read', 'read'])
      expect(given.bytes()).toBeLessThan(5_000_000)
    }
  } finally {
    await rm(root, { recursive: true })
  }
})

test('fragments of one frame are joined', async () => {
  // Two frames of two fragments each, with a Basic Offset Table.
  const item = (content: Uint8Array) => {
    const header = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0])
    header.writeUInt32LE(content.length, 4)
    return Buffer.concat([header, content])
  }
  const soc = Buffer.from([0xff, 0x4f, 0xff, 0x51])
  const fragments = [
    Buffer.concat([soc, Buffer.alloc(100, 1)]),
    Buffer.alloc(50, 2),
    Buffer.concat([soc, Buffer.alloc(60, 3)]),
    Buffer.alloc(30, 4),
  ]
  const table = Buffer.alloc(8)
  table.writeUInt32LE(
    fragments.slice(0, 2).reduce((sum, { length }) => sum + length + 8, 0),
    4,
  )
  const header = writeDicom({
    dataSet: [...common, [0x00280008, 'IS', 2], [0x00280010, 'US', 1], [0x00280011, 'US', 1], [0x00280100, 'US', 8]],
    syntax: 'explicit',
  })
  const syntax = Buffer.from(header)
  // The same length, with a byte of padding: JPEG 2000 lossless.
  const uid = transferSyntaxUID('explicit')
  const at = syntax.indexOf(uid)
  const meta = Buffer.from('1.2.840.10008.1.2.4.90')
  const lengthAt = at - 2
  const before = Buffer.from(syntax.subarray(0, at))
  before.writeUInt16LE(meta.length, lengthAt)
  const group = before.readUInt32LE(140)
  before.writeUInt32LE(group + meta.length - syntax.readUInt16LE(lengthAt), 140)
  const bytes = Buffer.concat([
    before,
    meta,
    syntax.subarray(at + syntax.readUInt16LE(lengthAt)),
    Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff]),
    item(table),
    ...fragments.map(item),
    Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]),
  ])
  const given = watched(memory())
  const file = await imageFile(bytes)
  await storeAll(cod(given.store), [file])
  const driver = cod(given.store)
  given.reset()
  expect(Buffer.from(await driver.readFrame(file.path, 1)).equals(Buffer.concat(fragments.slice(0, 2)))).toBe(true)
  expect(given.reads.map(({ path }) => path.split('/').at(-1))).toEqual([
    'metadata.json',
    `${pathsOf({ study, series: `${study}.2` })
      .tar.split('/')
      .at(-1)}`,
  ])
  await expectFrames(driver, file)
  expect(await collect(bytesOf(new Uint8Array(0)))).toHaveLength(0)
})

test.for([
  [177, 233, 2],
  [5, 5, 3],
  [8, 4, 3],
] as const)('frames of one bit a pixel, %i x %i', async ([rows, columns, frames]) => {
  const pixels = Uint8Array.from({ length: Math.ceil((rows * columns * frames) / 8) }, (_, at) => (at * 37 + 11) & 0xff)
  const file = await imageFile(
    writeDicom({
      dataSet: [
        ...common,
        [0x00280002, 'US', 1],
        [0x00280008, 'IS', frames],
        [0x00280010, 'US', rows],
        [0x00280011, 'US', columns],
        [0x00280100, 'US', 1],
        [0x00280101, 'US', 1],
        [0x7fe00010, 'OB', pixels],
      ],
      syntax: 'explicit',
    }),
  )
  const driver = cod(new Store(memory()))
  await storeAll(driver, [file])
  await expectFrames(driver, file)
})
