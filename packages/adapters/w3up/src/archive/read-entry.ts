import {
  type ByteRange,
  type Bytes,
  bytesOf,
  type Call,
  clipRange,
  type EntryRef,
  GantryError,
  type Reading,
} from '@gantry/core/driver'

import { fromBase64 } from '../manifest/base64.ts'
import type { FoundEntry } from '../manifest/catalogue.ts'
import { parseCid } from '../pack/cid.ts'
import { middleOf, readFile } from '../read/read-file.ts'
import { sealedFileSize, sealedSpan } from '../seal/seal-file.ts'
import type { Archive } from './archive.ts'
import { entryOf } from './entry-of.ts'

/** The bytes of an entry: each block is compared with its CID, each chunk authenticated, before any of it is given. */
export async function readEntry(
  archive: Archive,
  found: FoundEntry,
  { path, version }: EntryRef,
  range: ByteRange | undefined,
  call: Call,
): Promise<Reading> {
  const entry = entryOf(found.unit.record.root, found.entry)
  if (version !== undefined && version !== entry.version) {
    throw new GantryError('precondition_failed', 'The entry is not of that version.', { path })
  }
  const { start, end } = clipRange(range, entry.size)
  return { entry, body: start === end ? bytesOf() : await bodyOf(archive, found, { start, end }, call) }
}

async function bodyOf(
  archive: Archive,
  { unit, entry }: FoundEntry,
  range: { readonly start: number; readonly end: number },
  call: Call,
): Promise<Bytes> {
  const reader = archive.readers.of(unit.record).reader
  const cid = parseCid(entry.cid)
  const { key: name } = unit.record
  if (name === undefined || entry.nonce === undefined) {
    return readFile(reader, { cid, size: entry.size }, range, call)
  }
  const key = await archive.keyring.open(name, call)
  if (key === undefined)
    throw new GantryError('not_found', 'The key of the study was destroyed, and with it the study.')
  const { start, end, open, skip } = sealedSpan(range, entry.size, key, fromBase64(entry.nonce), archive.cipher)
  const sealed = readFile(reader, { cid, size: sealedFileSize(entry.size, key) }, { start, end }, call)
  return middleOf(open(sealed), skip, range.end - range.start)
}
