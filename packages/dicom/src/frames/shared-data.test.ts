import { basename } from 'node:path'

import { collect } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { dumpPixelItems, hasDcmtk } from '../../samples/dcmtk.ts'
import { hasSharedData, sharedFiles } from '../../samples/shared-data.ts'
import { attributesOf } from '../values/attributes.ts'
import { openFileSource } from '../node/file.ts'
import { type FrameRanges, frameRanges } from './frame-ranges.ts'

const files = sharedFiles('dicom/small', 'cod')

/** A fragment of odd length, which the standard forbids, is given as it is; DCMTK pads it. */
async function allOf(frames: FrameRanges): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for (let number = 1; number <= frames.numberOfFrames; number += 1) {
    const frame = await collect(frames.read(number))
    parts.push(frames.encapsulated && frame.length % 2 === 1 ? Buffer.concat([frame, Buffer.alloc(1)]) : frame)
  }
  const { Rows, Columns, BitsAllocated } = attributesOf(frames.header.elements, ['Rows', 'Columns', 'BitsAllocated'])
  return Number(BitsAllocated) === 1 && parts.length > 1
    ? packed(parts, Number(Rows) * Number(Columns))
    : Buffer.concat(parts)
}

/** Frames of 1 bit a pixel, one behind the other again. */
function packed(frames: readonly Uint8Array[], bits: number): Buffer {
  const all = Buffer.alloc(Math.ceil((frames.length * bits) / 8))
  for (const [index, frame] of frames.entries()) {
    for (let bit = 0; bit < bits; bit += 1) {
      const at = index * bits + bit
      if ((((frame[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1) all[at >> 3] = (all[at >> 3] ?? 0) | (1 << (at & 7))
    }
  }
  return all
}

describe.skipIf(!hasSharedData || !hasDcmtk)('frames of real images', { timeout: 240_000 }, () => {
  test('are what dcmdump finds', async () => {
    const compared = { native: 0, encapsulated: 0 }
    for (const file of files) {
      const source = await openFileSource(file)
      try {
        const frames = await frameRanges(source).catch(() => undefined)
        if (frames === undefined) continue
        // Packing bits one by one takes its time.
        if ((frames.header.pixelData?.length ?? 0) > 4_000_000) continue
        const ours = await allOf(frames).catch((error: unknown) => error)
        const items = dumpPixelItems(file)
        if (items.length === 0) continue
        const theirs = Buffer.concat(frames.encapsulated ? items.slice(1) : items)
        // DCMTK gives words in the order of this machine.
        const { encoding, pixelData } = frames.header
        const { inWords } = await frames.locate(1)
        if (encoding.bigEndian && pixelData?.vr === 'OW' && !inWords) theirs.swap16()
        const bytes = Buffer.isBuffer(ours) ? ours : Buffer.from(String(ours))
        // What pads the value is no part of a frame.
        const hasIcon = frames.header.elements.some(({ tag }) => tag === 0x00880200)
        if (hasIcon) continue
        const padded = frames.encapsulated ? theirs : theirs.subarray(0, bytes.length)
        expect([basename(file), bytes.length, bytes.equals(padded)]).toEqual([basename(file), padded.length, true])
        compared[frames.encapsulated ? 'encapsulated' : 'native'] += 1
      } finally {
        await source.close()
      }
    }
    expect(compared.native).toBeGreaterThan(45)
    expect(compared.encapsulated).toBeGreaterThan(30)
  })
})
