import { isGantryError } from '@gantry/core/driver'

import type { Instance } from '../metadata/instance.ts'
import type { SliceCursor } from '../read/slice-cursor.ts'
import { blockSize, paddingOf } from './pax-header.ts'
import { type TarEntry, walkTar } from './walk-tar.ts'

/** An entry that a header tells of, or, where that is damaged, only a record: who asked is to compare it. */
export interface FoundEntry extends TarEntry {
  readonly recorded: boolean
}

/**
 * The entries of a tar as `walkTar` gives them, and those behind a header that is damaged: the next file that is on record
 * is taken to be where its record says, and what follows it is walked again. `tarSize` is in bytes. `onDamage` is
 * called at each such place, once or more. `integrity` for a tar that is cut off.
 */
export async function* walkRecorded(
  cursor: SliceCursor,
  recorded: Iterable<Instance>,
  tarSize: number | undefined,
  onDamage: () => void,
): AsyncGenerator<FoundEntry, void, undefined> {
  const within = [...recorded].filter(({ start, size }) => start + size <= (tarSize ?? Number.POSITIVE_INFINITY))
  const inOrder = within.sort((a, b) => a.start - b.start)
  for (;;) {
    try {
      for await (const entry of walkTar(cursor)) yield { ...entry, recorded: false }
    } catch (error) {
      if (!isGantryError(error) || error.code !== 'integrity' || cursor.failed) throw error
      onDamage()
    }
    const next = inOrder.find(({ start }) => start >= cursor.position)
    if (next === undefined || (await cursor.ended())) return
    // An empty block is no end where a file follows.
    onDamage()
    const { key, start, size, modified = 0 } = next
    await cursor.skipTo(start)
    yield {
      name: `instances/${key}.dcm`,
      headerOffset: start - blockSize,
      offset: start,
      size,
      mtime: modified / 1000,
      type: '0',
      recorded: true,
    }
    await cursor.skipTo(start + size + paddingOf(size, blockSize))
  }
}
