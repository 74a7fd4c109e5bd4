import {
  type ByteRange,
  type Call,
  type Entry,
  type EntryRef,
  GantryError,
  type Reading,
  releasing,
} from '@gantry/core/driver'

import { uidsOf, type InstanceUids } from './retrieve/resource.ts'
import { proved } from './fetch/identified.ts'
import { receiveInstance } from './retrieve/retrieve.ts'
import { search } from './search/search.ts'
import type { Service } from './service.ts'
import { LackingError } from './told-parts.ts'
import { entryOf } from './listing/entry-of.ts'

/** What the service tells of one instance. */
export async function stat(service: Service, path: string, call: Call): Promise<Entry> {
  const { study, series, instance } = named(path)
  const match = { SOPInstanceUID: instance }
  try {
    for await (const found of search(service, { level: 'instance', study, series, match, limit: 1 }, call)) {
      const level = { '0020000D': uid(study), '0020000E': uid(series) }
      const entry = entryOf({ ...level, ...found })
      if (entry?.path === path) return entry
    }
  } catch (error) {
    // What the service cannot read it does not have.
    if (!(error instanceof LackingError)) throw error
  }
  throw missing()
}

/**
 * The bytes of one instance. DICOMweb has no ranges of these: what comes before one is passed over, and the answer is not
 * read beyond it.
 */
export async function read(
  service: Service,
  { path }: EntryRef,
  range: ByteRange | undefined,
  call: Call,
): Promise<Reading> {
  const uids = named(path)
  const { size, body } = await proved(await receiveInstance(service, uids, {}, call), uids.instance)
  const entry: Entry = { path, ...(size !== undefined && { size }), contentType: 'application/dicom' }
  if (range === undefined) return { entry, body }
  return { entry, body: releasing(within(body, range), async () => await body.return?.()) }
}

async function* within(
  body: AsyncIterableIterator<Uint8Array>,
  { start, end = Number.POSITIVE_INFINITY }: ByteRange,
): AsyncGenerator<Uint8Array, void, undefined> {
  let at = 0
  try {
    if (end <= start) return
    for await (const chunk of body) {
      const from = Math.max(0, start - at)
      const to = Math.min(chunk.length, end - at)
      at += chunk.length
      if (from < to) yield chunk.subarray(from, to)
      if (at >= end) return
    }
    if (at < start) throw new GantryError('invalid', 'The range begins behind the end of the entry.')
  } finally {
    await body.return?.()
  }
}

function named(path: string): InstanceUids {
  const uids = uidsOf(path)
  if (uids === undefined) throw missing()
  return uids
}

function missing(): GantryError {
  return new GantryError('not_found', 'There is no such entry: check its study, series and instance.')
}

const uid = (value: string) => ({ vr: 'UI', Value: [value] })
