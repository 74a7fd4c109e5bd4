import { join } from 'node:path'

import { type Bytes, type Call, type Entry, type NewEntry, throwIfCancelled } from '@gantry/core/driver'

import { entryOf } from './entry-of.ts'
import { atOnce, close, discard, errnoOf, open, pooled } from './file-operations.ts'
import { setLive, unsetLive } from './live-files.ts'
import { isLocalDisk } from './local-disk.ts'
import { checkConditions, publish } from './publish.ts'
import type { Place, RootFolder } from './root-folder.ts'
import { settle } from './settle.ts'
import { temporaryName, writeId } from './temporary-name.ts'
import { writeBody } from './write-body.ts'

/** Writes a file beside its final name, and gives it that name when all of it is there. */
export async function writeFile(root: RootFolder, entry: NewEntry, body: Bytes, call: Call): Promise<Entry> {
  const { place, temporary, descriptor } = await openTemporary(root, entry.path)
  let isOpen = true
  try {
    const { durable } = root
    const local = await isLocalDisk(place.folder)
    if (entry.ifAbsent === true || entry.ifVersion !== undefined) await checkConditions(place, entry)
    await writeBody(body, { descriptor, file: temporary, offset: 0, size: entry.size, durable, local }, call)
    const stored = entryOf(entry.path, await settle(descriptor, entry.modified, { durable, local }))
    isOpen = false
    await (local ? atOnce : pooled).close(descriptor)
    throwIfCancelled(call)
    await publish(temporary, place, entry, durable)
    return stored
  } catch (error) {
    if (isOpen) await close(descriptor)
    await discard(temporary)
    throw error
  } finally {
    unsetLive(temporary)
  }
}

interface Temporary {
  readonly place: Place
  readonly temporary: string
  readonly descriptor: number
}

async function openTemporary(root: RootFolder, path: string, again = true): Promise<Temporary> {
  const place = await root.make(path)
  const temporary = join(place.folder, temporaryName(writeId(place.file), 'tmp'))
  setLive(temporary)
  try {
    return { place, temporary, descriptor: await open(temporary, 'wx') }
  } catch (error) {
    unsetLive(temporary)
    // The folder was there a moment ago; make it once more.
    if (errnoOf(error) !== 'ENOENT' || !again) throw error
    root.forget()
    return await openTemporary(root, path, false)
  }
}
