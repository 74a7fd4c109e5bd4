import {
  bytesOf,
  type EntryRef,
  type FetchFailure,
  type NewEntry,
  type ParcelOutcome,
  type Reading,
  type StoreDriver,
  toCall,
} from '@gantry/core'
import { readIdentity, bytesSource } from '@gantry/dicom'

import { entryPathOf } from '../series/series-name.ts'

export interface ImageFile {
  readonly bytes: Uint8Array
  readonly path: string
}

/** A file, and where a COD store has it. */
export async function imageFile(bytes: Uint8Array): Promise<ImageFile> {
  const { studyInstanceUID, seriesInstanceUID, sopInstanceUID } = await readIdentity(bytesSource(bytes), {
    checkPixelData: false,
  })
  const name = { study: studyInstanceUID, series: seriesInstanceUID }
  return { bytes, path: entryPathOf(name, sopInstanceUID) }
}

export interface StoreAllOptions {
  readonly job?: string
  readonly saved?: string
  readonly save?: (state: string) => Promise<void>
  /** Called before each, and awaited; may throw. */
  readonly before?: (index: number) => unknown
  readonly withoutSizes?: boolean
}

const modified = 1_735_689_600_250

/** Stores files of one series as one parcel. */
export async function storeAll(
  driver: StoreDriver,
  files: readonly ImageFile[],
  { job, saved, save = async () => {}, before, withoutSizes = false }: StoreAllOptions = {},
): Promise<readonly ParcelOutcome[]> {
  const entries: NewEntry[] = files.map(({ path, bytes }) =>
    withoutSizes ? { path, modified } : { path, modified, size: bytes.length },
  )
  const known = { ...(job !== undefined && { job }), ...(saved !== undefined && { saved }) }
  const writer = await driver.parcels?.store?.({ entries, save, ...known }, toCall())
  if (writer === undefined) throw new Error('The store takes no parcels.')
  try {
    for (const [index, entry] of entries.entries()) {
      if (writer.has.has(entry.path)) continue
      await before?.(index)
      await writer.add(entry, chunked(files[index]?.bytes ?? new Uint8Array(0)), toCall())
    }
    return await writer.commit(toCall())
  } catch (error) {
    if (error instanceof Killed) throw error
    await writer.abort(toCall())
    throw error
  }
}

/** As if the process had ended: nothing is cleaned up. */
export class Killed extends Error {}

/** Chunks that are spoiled after their time, as a pooled buffer is. */
async function* chunked(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = new Uint8Array(10_000)
  for (let at = 0; at < bytes.length; at += buffer.length) {
    const piece = bytes.subarray(at, at + buffer.length)
    buffer.set(piece)
    yield buffer.subarray(0, piece.length)
    buffer.fill(0xee)
  }
  yield* bytesOf()
}

/** What a store gives of some entries, asked for as one parcel. */
export function fetchFrom({ parcels }: StoreDriver, refs: readonly EntryRef[]): AsyncIterable<Reading | FetchFailure> {
  if (parcels?.fetch === undefined) throw new Error('The store gives no parcels.')
  return parcels.fetch(refs, toCall())
}
