import { type Call, type Entry, GantryError } from '@gantry/core/driver'

import type { Cod } from '../cod-parts.ts'
import type { Instance } from '../metadata/instance.ts'
import { SliceCursor } from '../read/slice-cursor.ts'
import { pathsOf, type SeriesName } from '../series/series-name.ts'
import type { TarRow } from '../tar/tar-row.ts'
import { isFollowed, walkTar } from '../tar/walk-tar.ts'
import type { TarSink } from './tar-sink.ts'

/** That are remembered. */
const mostUnsound = 100

/**
 * Copies the entries of a tar to the start of another, so that all offsets stay. Each instance is compared with its
 * record on its way: what is damaged must be mended first, not copied on; nor is what stands behind the end dropped. Answers the rows of the index.
 */
export async function copyBase(
  cod: Cod,
  name: SeriesName,
  tar: Entry,
  instances: readonly Instance[],
  sink: TarSink,
  call: Call,
): Promise<TarRow[]> {
  const { path, version } = { ...tar, path: pathsOf(name).tar }
  const known = cod.unsound.get(path)
  // Each entry that is sent to it alone would have it read again.
  if (known !== undefined && isSame(known.tar, tar)) throw known.error
  const { body } = await cod.store.read(version === undefined ? { path } : { path, version }, undefined, call)
  let copying = true
  const cursor = new SliceCursor(body, 0, async (piece) => {
    if (copying) await sink.write(piece, call)
  })
  const byStart = new Map(instances.map((instance) => [instance.start, instance]))
  if (byStart.size < instances.length) throw damagedBase()
  const rows: TarRow[] = []
  try {
    for await (const { type, ...row } of walkTar(cursor)) {
      if (type === '0') rows.push(row)
      const instance = byStart.get(row.offset)
      if (instance === undefined) continue
      const running = cod.crc32c()
      for await (const chunk of cursor.take(row.size)) running.update(chunk)
      if (row.size !== instance.size || running.digest() !== instance.crc32c) throw damagedBase()
      byStart.delete(row.offset)
    }
    copying = false
    if (await isFollowed(cursor)) throw followedBase()
  } catch (error) {
    if (!cursor.short) throw error
    const cutOff = cutOffBase()
    if (cod.unsound.size >= mostUnsound) cod.unsound.clear()
    cod.unsound.set(path, { tar, error: cutOff })
    throw cutOff
  } finally {
    await cursor.close()
  }
  if (byStart.size > 0) throw damagedBase()
  return rows
}

function isSame(a: Entry, b: Entry): boolean {
  return a.size === b.size && a.version === b.version && a.modified === b.modified
}

function damagedBase(): GantryError {
  return new GantryError(
    'integrity',
    'The series that is to be added to is damaged: "gantry cod check" says where, "gantry cod repair" mends it.',
    { retryable: false },
  )
}

/** However often it is tried: whole was what the store gave, and that is not a whole tar. */
function cutOffBase(): GantryError {
  return new GantryError(
    'integrity',
    'The tar that is to be added to is cut off, and takes nothing more: "gantry cod repair" records what can be read of it, and a copy elsewhere has a sound tar.',
    { retryable: false },
  )
}

/** The new tar would be without them. */
function followedBase(): GantryError {
  return new GantryError(
    'integrity',
    'Bytes follow the end of the tar that is to be added to: they would be lost. See what they are ("tar --ignore-zeros -t" lists images of tars that were joined), and cut them off.',
    { retryable: false },
  )
}
