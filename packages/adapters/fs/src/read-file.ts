import { dirname } from 'node:path'

import {
  type ByteRange,
  type Call,
  clipRange,
  type EntryRef,
  type Reading,
  throwIfCancelled,
} from '@gantry/core/driver'

import { largestBuffer } from './buffer-pool.ts'
import { entryOf, versionOf } from './entry-of.ts'
import { longBody, shortBody } from './file-body.ts'
import { atOnce, closeRead, open, pooled } from './file-operations.ts'
import { isLocalDisk } from './local-disk.ts'
import { openEntry } from './open-entry.ts'
import { readFlags } from './read-flags.ts'
import { changed, notFound } from './refusals.ts'
import type { RootFolder } from './root-folder.ts'

/** Opens an entry, or a range of it. Bytes are read when they are asked for: the memory of those who wait is nobody's. */
export async function readFile(
  root: RootFolder,
  ref: EntryRef,
  range: ByteRange | undefined,
  call: Call,
): Promise<Reading> {
  const { path } = ref
  const { descriptor, local } = await openEntry(root, path, async (file) => {
    return { local: await isLocalDisk(dirname(file)), descriptor: await open(file, readFlags) }
  })
  const { fstat } = local ? atOnce : pooled
  const close = () => closeRead(descriptor)
  try {
    throwIfCancelled(call)
    const before = await fstat(descriptor)
    if (!before.isFile()) throw notFound(path)
    const entry = entryOf(path, before)
    if (ref.version !== undefined && ref.version !== entry.version) throw changed(path)
    const verify = async () => {
      if (versionOf(before) !== versionOf(await fstat(descriptor))) throw changed(path)
    }
    const { start, end } = clipRange(range, entry.size)
    const bodyOf = end - start > largestBuffer ? longBody : shortBody
    const onShort = () => changed(path)
    return { entry, body: bodyOf({ descriptor, start, end, verify, close, onShort }, call) }
  } catch (error) {
    close()
    throw error
  }
}
