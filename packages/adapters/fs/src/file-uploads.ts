import { basename, dirname, join } from 'node:path'

import {
  type ByteRange,
  type Bytes,
  type Call,
  type Entry,
  type NewEntry,
  type Part,
  type ResumableDriver,
  type StoredPart,
  type Upload,
} from '@gantry/core/driver'

import { completeUpload } from './complete-upload.ts'
import { longBody } from './file-body.ts'
import { close, closeRead, discard, fdatasync, fstat, lstat, open } from './file-operations.ts'
import { findUnfinished } from './find-unfinished.ts'
import { isLocalDisk } from './local-disk.ts'
import { createPartLog, headerOf, openPartLog, readPartLog, recordPart, recordStart } from './part-log.ts'
import { checkConditions } from './publish.ts'
import { changed, isNotFound, refuseUnsafe, refusingClashes } from './refusals.ts'
import type { RootFolder } from './root-folder.ts'
import { isTemporaryName, randomId } from './temporary-name.ts'
import { filesAt, findFiles, unknownUpload, uploadId, withFiles } from './upload-files.ts'
import { writeBody } from './write-body.ts'

/** Uploads in parts: one file that parts are written into, side by side, and a log of those that are there. */
export class FileUploads implements ResumableDriver {
  readonly #root: RootFolder

  constructor(root: RootFolder) {
    this.#root = root
  }

  async begin(entry: NewEntry): Promise<Upload> {
    const place = await refusingClashes(entry.path, async () => await this.#root.make(entry.path))
    if (entry.ifAbsent === true || entry.ifVersion !== undefined) await checkConditions(place, entry)
    const id = randomId()
    const files = filesAt(place, id)
    const header = headerOf(entry, this.#root.durable)
    await createPartLog(files.log, header)
    try {
      const descriptor = await open(files.part, 'wx')
      try {
        const { ino } = await fstat(descriptor)
        return { path: entry.path, id: uploadId(id, ino), started: header.started }
      } finally {
        await close(descriptor)
      }
    } catch (error) {
      await discard(files.log)
      throw error
    }
  }

  async putPart(upload: Upload, part: Part, body: Bytes, call: Call): Promise<StoredPart> {
    return await withFiles(this.#root, upload, async (files) => {
      const log = await openPartLog(files.log)
      try {
        const descriptor = await open(files.part, 'r+')
        try {
          await recordStart(log, part)
          const { offset, size } = part
          const { durable } = this.#root
          const local = await isLocalDisk(files.place.folder)
          await writeBody(body, { descriptor, file: files.part, offset, size, durable, local }, call)
          // Bytes first, then the record of them: after a crash, what is recorded is there.
          if (durable) await fdatasync(descriptor)
        } finally {
          await close(descriptor)
        }
        const { number, offset, size } = part
        const stored: StoredPart = { number, offset, size, tag: randomId().slice(0, 12) }
        await recordPart(log, stored)
        return stored
      } finally {
        await close(log)
      }
    })
  }

  async *listParts(upload: Upload): AsyncGenerator<StoredPart, void, undefined> {
    yield* await withFiles(this.#root, upload, async (files) => {
      const { size } = await lstat(files.part)
      const log = await readPartLog(files.log)
      if (log === undefined) throw unknownUpload(upload)
      const there = [...log.parts.values()].filter((part) => part.offset + part.size <= size)
      return there.sort((a, b) => a.number - b.number)
    })
  }

  async complete(upload: Upload, entry: NewEntry, parts: readonly StoredPart[], call: Call): Promise<Entry> {
    return await refusingClashes(
      upload.path,
      async () =>
        await withFiles(this.#root, upload, (files) => completeUpload(this.#root, files, upload, entry, parts, call)),
    )
  }

  async abort(upload: Upload): Promise<void> {
    const name = basename(upload.path)
    if (isTemporaryName(name)) return await this.#discardOrphan(upload.path, name)
    const files = await findFiles(this.#root, upload)
    if (files === undefined) return
    await discard(files.part)
    await discard(files.log)
  }

  async readBack(upload: Upload, range: ByteRange, call: Call): Promise<Bytes> {
    return await withFiles(this.#root, upload, async (files) => {
      const descriptor = await open(files.part, 'r')
      const closed = () => closeRead(descriptor)
      try {
        const size = Number((await fstat(descriptor)).size)
        const { start, end = size } = range
        const whole = { descriptor, start, end, verify: async () => {}, close: closed }
        return longBody({ ...whole, onShort: () => changed(upload.path) }, call)
      } catch (error) {
        closed()
        throw error
      }
    })
  }

  unfinished(prefix: string | undefined, call: Call): AsyncIterable<Upload> {
    return findUnfinished(this.#root, prefix, call)
  }

  /** A file that a write left when its process died: its path is its own. */
  async #discardOrphan(path: string, name: string): Promise<void> {
    const folder = dirname(path) === '.' ? '' : dirname(path)
    if (folder !== '') refuseUnsafe(folder)
    try {
      await discard(join(await this.#root.findFolder(folder), name))
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
}
