import { join } from 'node:path'

import {
  type Call,
  compareDigests,
  type Digests,
  type DirectOrder,
  GantryError,
  SourceFailure,
  type Taken,
  throwIfCancelled,
} from '@gantry/core/driver'

import type { Copied, CopyFailed } from './copy-order.ts'
import { copyAside } from './copy-threads.ts'
import { discard, errnoOf } from './file-operations.ts'
import { setLive, unsetLive } from './live-files.ts'
import { openEntry } from './open-entry.ts'
import { checkConditions, publish } from './publish.ts'
import { changed, notFound } from './refusals.ts'
import type { RootFolder } from './root-folder.ts'
import { temporaryName, writeId } from './temporary-name.ts'

/** What is taken, and between which folders. */
export type TakeOrder = Pick<DirectOrder, 'ref' | 'entry'> & { readonly from: RootFolder; readonly to: RootFolder }

/** Copies a file from folder to folder on another thread: beside its final name, which it gets when all of it is there. */
export async function takeFile(order: TakeOrder, call: Call, again = true): Promise<Taken> {
  const { entry, ref, to } = order
  const place = await to.make(entry.path)
  if (entry.ifAbsent === true || entry.ifVersion !== undefined) await checkConditions(place, entry)
  const temporary = join(place.folder, temporaryName(writeId(place.file), 'tmp'))
  setLive(temporary)
  try {
    const { source, stored, sha256 } = await copyTo(temporary, order, call)
    throwIfCancelled(call)
    const digests = { sha256 }
    refuseUnlessPromised(order, digests)
    await publish(temporary, place, entry, to.durable)
    return { source: { path: ref.path, ...source }, stored: { path: entry.path, ...stored }, digests }
  } catch (error) {
    await discard(temporary)
    // The folder was there a moment ago; make it once more.
    if (!again || !isMissing(error)) throw error
    to.forget()
    return await takeFile(order, call, false)
  } finally {
    unsetLive(temporary)
  }
}

async function copyTo(target: string, { entry, ref, from, to }: TakeOrder, call: Call): Promise<Copied> {
  const { version, size } = ref
  const about = { target, version, size, modified: entry.modified, durable: to.durable }
  let told = 0
  const report = (bytes: number) => {
    told += bytes
    call.report?.(bytes)
  }
  throwIfCancelled(call)
  let result: Copied | CopyFailed
  try {
    result = await openEntry(from, ref.path, async (source) => {
      const copied = await copyAside({ ...about, source }, size ?? 0, { signal: call.signal, report })
      if ('failure' in copied && copied.side === 'source') throw errorOf(copied, ref.path)
      return copied
    })
  } catch (error) {
    throw new SourceFailure(error)
  }
  if ('failure' in result) throw errorOf(result, entry.path)
  call.report?.(result.source.size - told)
  return result
}

/** Before anything has its name: bytes that were read wrong are to be seen by nobody. */
function refuseUnlessPromised({ ref, entry }: TakeOrder, digests: Digests): void {
  if (compareDigests(entry.digests, digests) !== 'different') return
  const message = 'The bytes that came are not the ones that were promised.'
  throw new SourceFailure(new GantryError('integrity', message, { path: ref.path }))
}

/** The thread could not open its new file, because the folder is gone. */
function isMissing(error: unknown): boolean {
  return errnoOf(error) === 'ENOENT' && error instanceof Error && 'syscall' in error && error.syscall === 'open'
}

function errorOf({ failure }: CopyFailed, path: string): Error {
  switch (failure.reason) {
    case 'system':
      return Object.assign(new Error(failure.message), { code: failure.code, syscall: failure.syscall })
    case 'changed':
      return changed(path)
    case 'absent':
      return notFound(path)
    case 'stopped':
      return new GantryError('cancelled', 'Stopped on request.')
    case 'ended':
      return new GantryError('unavailable', 'The thread that copies files has ended: it is tried again without one.')
    default:
      return new Error(failure.message)
  }
}
