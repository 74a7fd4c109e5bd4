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
import { openEntry } from './open-entry.ts'
import { readFlags } from './read-flags.ts'
import { changed, notFound } from './refusals.ts'
import type { RootFolder } from './root-folder.ts'

/** Opens an entry, or a range of it. What fits one buffer is read at once, and needs no open file any more. */
export async function readFile(
  root: RootFolder,
  ref: EntryRef,
  range: ByteRange | undefined,
  call: Call,
): Promise<Reading> {
  const { path } = ref
  const descriptor = await openEntry(root, path, async (file) => await open(file, readFlags))
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

function refuseChanged(path: string, before: Stats, after: Stats): void {
  if (versionOf(before) !== versionOf(after)) throw changed(path)
}
