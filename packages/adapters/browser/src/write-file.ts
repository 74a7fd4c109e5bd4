import { type Bytes, type Call, type Entry, type NewEntry, throwIfCancelled } from '@gantry/core/driver'

import { nameOfError } from './code-of.ts'
import type { DirectoryHandle, FileHandle, MovableFile } from './handles.ts'
import { partsFolder } from './names.ts'
import { openSink } from './open-sink.ts'
import { findPlace, type Place } from './places.ts'
import { allUploads, removeUpload } from './upload-folder.ts'

const copied = 512 * 1024
/** Milliseconds after which a part has lost whoever wrote it. */
const orphaned = 24 * 60 * 60 * 1000
/** The same of an upload in parts, which somebody may come back to. */
const forgotten = 14 * orphaned

/**
 * Writes beside, then publishes: by a move where the browser has one, else by a copy that the browser swaps in when it is
 * closed. A file that was not there before is hidden by `hide` as long as it is empty.
 */
export async function writeFile(
  root: DirectoryHandle,
  entry: NewEntry,
  body: Bytes,
  hide: (path: string) => () => void,
  call: Call,
): Promise<Entry> {
  const parts = await root.getDirectoryHandle(partsFolder, { create: true })
  const name = crypto.randomUUID()
  const part = await parts.getFileHandle(name, { create: true })
  try {
    await fill(part, body, call)
    throwIfCancelled(call)
    const place = await findPlace(root, entry.path, true)
    // A folder of that name, or a file that another wrote: found before anything is moved over it.
    await place.folder.getFileHandle(place.name).catch(unlessMissing)
    // Looked at before others can write over it: this is of what was written here.
    const written = await part.getFile()
    const modified = await oneByOne(entry.path, async () =>
      (await move(part, place)) ? written.lastModified : await copy(part, place, entry.path, hide, call),
    )
    return { path: entry.path, size: written.size, modified }
  } finally {
    await parts.removeEntry(name).catch(() => {})
  }
}

/** Removes what processes left that died while they wrote. */
export async function sweepParts(root: DirectoryHandle): Promise<void> {
  const parts = await root.getDirectoryHandle(partsFolder).catch(unlessMissing)
  if (parts === undefined) return
  for await (const [name, handle] of parts.entries()) {
    if (handle.kind !== 'file') continue
    const { lastModified } = await handle.getFile()
    if (lastModified < Date.now() - orphaned) await parts.removeEntry(name).catch(() => {})
  }
  for await (const { upload, done, moved } of allUploads(root)) {
    if (moved < Date.now() - (done ? orphaned : forgotten)) await removeUpload(root, upload).catch(() => {})
  }
}

/** All of a body, or an error. */
export async function fill(file: FileHandle, body: Bytes, call: Call): Promise<void> {
  const sink = await openSink(file)
  try {
    for await (const chunk of body) {
      throwIfCancelled(call)
      await sink.write(chunk)
      call.report?.(chunk.length)
    }
    throwIfCancelled(call)
  } catch (error) {
    await sink.abort().catch(() => {})
    throw error
  }
  await sink.close()
}

/** Browsers refuse to publish a file while another does, in this page or elsewhere. */
async function oneByOne<Value>(path: string, work: () => Promise<Value>): Promise<Value> {
  const locks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks
  return locks === undefined ? await work() : await locks.request(`gantry-folder:${path}`, work)
}

/** Whether the browser could. */
async function move(file: FileHandle, { folder, name }: Place): Promise<boolean> {
  if (!isMovable(file)) return false
  try {
    await file.move(folder, name)
    return true
  } catch (error) {
    const why = nameOfError(error)
    // Of folders that the user chose, some browsers move nothing.
    if (why === 'QuotaExceededError' || why === 'NotFoundError') throw error
    return false
  }
}

async function copy(
  part: FileHandle,
  { folder, name }: Place,
  path: string,
  hide: (path: string) => () => void,
  call: Call,
): Promise<number> {
  const there = await folder.getFileHandle(name).catch(unlessMissing)
  const show = there === undefined ? hide(path) : () => {}
  try {
    const file = await folder.getFileHandle(name, { create: true })
    const content = await part.getFile()
    const pieces = async function* () {
      for (let at = 0; at < content.size; at += copied) {
        yield new Uint8Array(await content.slice(at, Math.min(content.size, at + copied)).arrayBuffer())
      }
    }
    await fill(file, pieces(), { signal: call.signal })
    return (await file.getFile()).lastModified
  } catch (error) {
    if (there === undefined) await folder.removeEntry(name).catch(() => {})
    throw error
  } finally {
    show()
  }
}

function isMovable(file: FileHandle): file is FileHandle & MovableFile {
  return 'move' in file && typeof file.move === 'function'
}

function unlessMissing(error: unknown): undefined {
  if (nameOfError(error) !== 'NotFoundError') throw error
}
