import {
  type Call,
  type Entry,
  GantryError,
  type NewEntry,
  type StoredPart,
  throwIfCancelled,
  type Upload,
} from '@gantry/core/driver'

import { entryOf } from './entry-of.ts'
import { close, discard, errnoOf, ftruncate, lstat, open, type Stats } from './file-operations.ts'
import { isLocalDisk } from './local-disk.ts'
import { readPartLog } from './part-log.ts'
import { publish } from './publish.ts'
import type { RootFolder } from './root-folder.ts'
import { settle } from './settle.ts'
import { unknownUpload, type UploadFiles } from './upload-files.ts'

/** Gives the file of an upload its name, if the parts that are presented are those that were put, and all of it. */
export async function completeUpload(
  root: RootFolder,
  files: UploadFiles,
  upload: Upload,
  entry: NewEntry,
  parts: readonly StoredPart[],
  call: Call,
): Promise<Entry> {
  const { path } = upload
  const { durable } = root
  const total = parts.reduce((sum, { size }) => sum + size, 0)
  let descriptor: number
  try {
    descriptor = await open(files.part, 'r+')
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
    return await completedBefore(files, upload, total)
  }
  let stats: Stats
  try {
    const log = await readPartLog(files.log)
    if (log === undefined) throw unknownUpload(upload)
    checkParts(parts, log.parts)
    if (entry.size !== undefined && entry.size !== total) {
      throw new GantryError('integrity', 'The parts are not as long as the whole was said to be.', { path })
    }
    // A longer part that was put before may have left bytes behind the end.
    await ftruncate(descriptor, total)
    const local = await isLocalDisk(files.place.folder)
    stats = await settle(descriptor, entry.modified ?? log.header.modified, { durable, local })
  } finally {
    await close(descriptor)
  }
  throwIfCancelled(call)
  await publish(files.part, files.place, { ...entry, path }, durable)
  await discard(files.log)
  return entryOf(path, stats)
}

function checkParts(presented: readonly StoredPart[], kept: ReadonlyMap<number, StoredPart>): void {
  let offset = 0
  for (const part of presented.toSorted((a, b) => a.number - b.number)) {
    const known = kept.get(part.number)
    if (known === undefined || known.tag !== part.tag || known.offset !== offset || known.size !== part.size) {
      throw new GantryError('invalid', 'The parts are not those that were put, from the first byte to the last.')
    }
    offset += part.size
  }
}

/** The answer may have been lost: then the entry is the very file that the upload wrote to. */
async function completedBefore(files: UploadFiles, upload: Upload, total: number): Promise<Entry> {
  const stats = await lstat(files.place.file)
  if (!stats.isFile() || stats.ino !== files.inode || Number(stats.size) !== total) throw unknownUpload(upload)
  await discard(files.log)
  return entryOf(upload.path, stats)
}
