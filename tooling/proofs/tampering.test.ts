import { randomBytes } from 'node:crypto'

import { hubClient } from '@gantry/share'
import { describe, expect, test } from 'vitest'

import { HubDisk } from './rig/hub-disk.ts'
import { HubProcess } from './rig/hub-process.ts'
import { nodeGantry, valueOf } from './rig/node-gantry.ts'
import { openShared, reader, readSome, shareBytes, type Shared, shareSeries } from './rig/shared-bytes.ts'

const chunkSize = 65_536
const sealedChunk = chunkSize + 16

function flipped(bytes: Buffer, bit: number): Buffer {
  const changed = Buffer.from(bytes)
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return changed
}

/** Header and nonce, and the chunks. */
function takeApart(object: Buffer, plaintext: number): { prologue: Buffer; chunks: Buffer[] } {
  const count = Math.max(1, Math.ceil(plaintext / chunkSize))
  const length = object.length - plaintext - 16 * count
  const chunks = Array.from({ length: count }, (_, index) =>
    object.subarray(length + index * sealedChunk, Math.min(object.length, length + (index + 1) * sealedChunk)),
  )
  return { prologue: object.subarray(0, length), chunks }
}

async function setUp(): Promise<{ hub: HubProcess; disk: HubDisk; gantry: ReturnType<typeof nodeGantry> }> {
  const hub = await HubProcess.start()
  return { hub, disk: new HubDisk(hub.settings.folder), gantry: nodeGantry({ key: await hub.account('owner') }) }
}

/** Reads anew, as somebody would who has just opened the share. */
async function readsOf({ json, files }: Shared, gantry: ReturnType<typeof reader>, name: string, size: number) {
  const plaintext = files.get(name) ?? Buffer.alloc(0)
  const whole = await readSome(await openShared(gantry, json), name)
  expect(plaintext.subarray(0, whole.bytes.length).equals(whole.bytes)).toBe(true)
  const codes = new Set<string>()
  for (let start = 0; start < size; start += chunkSize) {
    const end = Math.min(size, start + 100)
    const part = await readSome(await openShared(gantry, json), name, { start, end })
    const right = plaintext.subarray(start, end)
    const due = part.code === 'ok' ? right : right.subarray(0, part.bytes.length)
    expect(part.bytes.equals(due)).toBe(true)
    codes.add(part.code)
  }
  return { whole: whole.code, parts: codes }
}

describe('what somebody with the hub’s disk changed is integrity, and no wrong byte comes out', () => {
  test('every bit of a small object', { timeout: 120_000 }, async () => {
    const { disk, gantry } = await setUp()
    const shared = await shareBytes(gantry, [randomBytes(23)])
    const path = shared.sources[0]?.entries[0]?.path ?? ''
    const object = disk.read(path)
    const codes = { age: new Set<string>(), part: new Set<string>(), checksum: new Set<string>() }
    const [trusting, checking] = [reader(), reader({ trusting: false })]
    for (const one of [trusting, checking]) valueOf(await one.storage.loadMetadata(shared.secret))
    for (let bit = 0; bit < object.length * 8; bit += 1) {
      disk.write(path, flipped(object, bit), { records: false })
      const { whole, parts } = await readsOf(shared, trusting, '0.bin', 23)
      codes.age.add(whole)
      for (const code of parts) codes.part.add(code)
      if (bit % 16 === 5) codes.checksum.add((await readsOf(shared, checking, '0.bin', 23)).whole)
    }
    expect(object.length).toBeGreaterThan(200)
    expect(codes).toEqual({
      age: new Set(['integrity']),
      part: new Set(['integrity']),
      checksum: new Set(['integrity']),
    })
    disk.write(path, object, { records: false })
    expect(await readsOf(shared, checking, '0.bin', 23)).toEqual({ whole: 'ok', parts: new Set(['ok']) })
  })

  test('chunks and objects in another’s place', { timeout: 120_000 }, async () => {
    const { disk, gantry } = await setUp()
    const [shared, foreign] = [
      await shareSeries(gantry, { size: 320, slices: 2, seed: 5 }),
      await shareSeries(gantry, { size: 320, slices: 2, seed: 6 }),
    ]
    const [entry, sibling] = shared.sources[0]?.entries ?? []
    const stranger = foreign.sources[0]?.entries[0]
    if (entry === undefined || sibling === undefined || stranger === undefined) throw new Error('Nothing was shared.')
    const { path, size, name = '' } = entry
    expect([sibling.size, stranger.size]).toEqual([size, size])
    const object = disk.read(path)
    const [own, other, strange] = [object, disk.read(sibling.path), disk.read(stranger.path)].map((bytes) =>
      takeApart(bytes, size),
    ) as [ReturnType<typeof takeApart>, ReturnType<typeof takeApart>, ReturnType<typeof takeApart>]
    const { prologue, chunks } = own
    expect(chunks).toHaveLength(4)
    expect(other.prologue.subarray(0, -16).equals(prologue.subarray(0, -16))).toBe(true)
    const [first, second, third, last] = chunks as [Buffer, Buffer, Buffer, Buffer]
    const made = (...parts: Buffer[]) => Buffer.concat([prologue, ...parts])
    const damages = {
      'swapped: first two': made(second, first, third, last),
      'swapped: middle two': made(first, third, second, last),
      'swapped: first and last': made(last, second, third, first),
      'dropped: first': made(second, third, last),
      'dropped: one between': made(first, third, last),
      'dropped: last': made(first, second, third),
      'dropped: all': made(),
      'repeated: first instead of second': made(first, first, third, last),
      'repeated: one more': made(first, second, second, third, last),
      'repeated: last': made(first, second, third, last, last),
      'truncated: a byte': object.subarray(0, -1),
      'truncated: within a chunk': object.subarray(0, prologue.length + sealedChunk + 1000),
      'truncated: within the nonce': prologue.subarray(0, -3),
      'truncated: within the header': prologue.subarray(0, 60),
      'truncated: all of it': Buffer.alloc(0),
      'longer: a byte': Buffer.concat([object, Buffer.alloc(1)]),
      'of the same source: whole': disk.read(sibling.path),
      'of the same source: a chunk': made(first, other.chunks[1] as Buffer, third, last),
      'of the same source: all chunks': made(...other.chunks),
      'of another share: whole': disk.read(stranger.path),
      'of another share: a chunk': made(first, second, strange.chunks[2] as Buffer, last),
      'of another share: header and nonce': Buffer.concat([strange.prologue, ...chunks]),
      random: randomBytes(object.length),
      'twice the whole': Buffer.concat([object, object]),
    }
    const [trusting, checking] = [reader(), reader({ trusting: false })]
    for (const one of [trusting, checking]) valueOf(await one.storage.loadMetadata(shared.secret))
    const results: Record<string, unknown> = {}
    for (const [damage, bytes] of Object.entries(damages)) {
      disk.write(path, bytes, { records: true })
      const { whole, parts } = await readsOf(shared, trusting, name, size)
      // A part may be whole where others are damaged; what is there at all is right.
      parts.delete('ok')
      const checked = await readsOf(shared, checking, name, size)
      results[damage] = { whole, parts: [...parts], checked: checked.whole }
      disk.write(path, object, { records: true })
    }
    const integrity = { whole: 'integrity', parts: ['integrity'], checked: 'integrity' }
    expect(results).toEqual(Object.fromEntries(Object.keys(damages).map((damage) => [damage, integrity])))

    const codes = new Set<string>()
    for (let count = 0; count < 40; count += 1) {
      disk.write(path, flipped(object, Math.floor(Math.random() * object.length * 8)), { records: true })
      codes.add((await readsOf(shared, checking, name, size)).whole)
    }
    expect(codes).toEqual(new Set(['integrity']))
    disk.write(path, object, { records: true })
    expect(await readsOf(shared, checking, name, size)).toEqual({ whole: 'ok', parts: new Set(['ok']) })
  })
})

test('metadata that was changed, or put in another’s place, opens nothing', { timeout: 60_000 }, async () => {
  const { hub, disk, gantry } = await setUp()
  const [shared, other] = [await shareBytes(gantry, [randomBytes(9)]), await shareBytes(gantry, [randomBytes(9)])]
  const metadataOf = async (id: string) => (await hubClient({ hub: hub.url }).shares.open(id)).metadata.path
  const [path, otherPath] = [await metadataOf(shared.id), await metadataOf(other.id)]
  const object = disk.read(path)
  const { length } = /^[\s\S]*?\n--- \S+\n/u.exec(object.toString('latin1'))?.[0] ?? ''
  expect(length).toBeGreaterThan(100)
  const codeOf = async () => (await reader().storage.loadMetadata(shared.secret)).error?.code ?? 'ok'
  const codes = { header: new Set<string>(), payload: new Set<string>() }
  for (let count = 0; count < 60; count += 1) {
    const payload = length * 8 + Math.floor(Math.random() * (object.length - length) * 8)
    disk.write(path, flipped(object, payload), { records: true })
    codes.payload.add(await codeOf())
    disk.write(path, flipped(object, Math.floor(Math.random() * length * 8)), { records: true })
    codes.header.add(await codeOf())
  }
  expect(codes.payload).toEqual(new Set(['integrity']))
  expect(codes.header).toEqual(new Set(['integrity']))
  disk.write(path, object.subarray(0, -1), { records: true })
  expect(await codeOf()).toBe('integrity')
  disk.write(path, disk.read(otherPath), { records: true })
  expect(await codeOf()).toBe('integrity')
  disk.write(path, object, { records: true })
  expect(await codeOf()).toBe('ok')
})
