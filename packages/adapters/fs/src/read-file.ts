import { constants } from 'node:fs'

import {
  type ByteRange,
  type Call,
  clipRange,
  type EntryRef,
  type Reading,
  throwIfCancelled,
} from '@gantry/core/driver'

import { giveBuffer, largestBuffer, takeBuffer } from './buffer-pool.ts'
import { entryOf, sizeIn, versionOf } from './entry-of.ts'
import { fileBody, pooledBody } from './file-body.ts'
import { closeRead, errnoOf, fstat, open, readFully, type Stats } from './file-operations.ts'
import { changed, notFound, outside } from './refusals.ts'
import type { RootFolder } from './root-folder.ts'

// Not blocking, because opening a FIFO would wait for its writer; not following, because a link may lead out.
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Opens an entry, or a range of it. What fits one buffer is read at once, and needs no open file any more. */
export async function readFile(
  root: RootFolder,
  ref: EntryRef,
  range: ByteRange | undefined,
  call: Call,
): Promise<Reading> {
  const { path } = ref
  const descriptor = await openEntry(root, path)
  let isOpen = true
  const closeOnce = () => {
    if (!isOpen) return
    isOpen = false
    closeRead(descriptor)
  }
  try {
    throwIfCancelled(call)
    if (ref.version !== undefined && range === undefined) {
      const short = await readKnown(descriptor, ref, call)
      if (short !== undefined) {
        closeOnce()
        return short
      }
    }
    const before = await fstat(descriptor)
    if (!before.isFile()) throw notFound(path)
    const entry = entryOf(path, before)
    if (ref.version !== undefined && ref.version !== entry.version) throw changed(path)
    const { start, end } = clipRange(range, entry.size)
    const verify = async () => refuseChanged(path, before, await fstat(descriptor))
    if (end - start > largestBuffer) {
      const onShort = () => changed(path)
      return { entry, body: fileBody({ descriptor, start, end, verify, close: closeOnce, onShort }, call) }
    }
    const buffer = takeBuffer(end - start)
    try {
      const length = await readFully(descriptor, buffer, end - start, start)
      if (length < end - start) throw changed(path)
      await verify()
      closeOnce()
      return { entry, body: pooledBody(buffer, length, call) }
    } catch (error) {
      giveBuffer(buffer)
      throw error
    }
  } catch (error) {
    closeOnce()
    throw error
  }
}

/**
 * All of a short file whose version is known: it is read first, and looked at then. That it is of that version still says
 * that it was all the while. `undefined` for everything else, which the long way has the word for.
 */
async function readKnown(descriptor: number, { path, version }: EntryRef, call: Call): Promise<Reading | undefined> {
  const expected = sizeIn(version ?? '')
  if (expected === undefined || expected > largestBuffer) return undefined
  const buffer = takeBuffer(expected)
  try {
    const length = await readFully(descriptor, buffer, expected, 0)
    const after = await fstat(descriptor)
    if (after.isFile() && versionOf(after) === version && length === expected) {
      return { entry: entryOf(path, after), body: pooledBody(buffer, length, call) }
    }
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
  }
  giveBuffer(buffer)
  return undefined
}

async function openEntry(root: RootFolder, path: string): Promise<number> {
  const { file } = await root.find(path)
  try {
    return await open(file, flags)
  } catch (error) {
    const errno = errnoOf(error)
    // A socket cannot be opened, and is no entry.
    if (errno === 'ENXIO' || errno === 'ENOTDIR') throw notFound(path, error)
    if (errno !== 'ELOOP' && errno !== 'EMLINK') throw error
  }
  const target = await root.resolveLink(file)
  if (target === undefined) throw outside(path)
  return await open(target, flags)
}

function refuseChanged(path: string, before: Stats, after: Stats): void {
  if (versionOf(before) !== versionOf(after)) throw changed(path)
}
