import { isGantryError } from '@gantry/core/driver'

import type { Instance } from '../metadata/instance.ts'
import type { SliceCursor } from '../read/slice-cursor.ts'
import { blockSize, paddingOf } from './pax-header.ts'
import { isFollowed, type TarEntry, walkTar } from './walk-tar.ts'

/** An entry that a header tells of, or, where that is damaged, only a record: who asked is to compare it. */
export interface FoundEntry extends TarEntry {
  readonly recorded: boolean
}

/** What is the matter with a tar, as far as it was walked. */
export interface TarCondition {
  /** It is cut off, or a header of it makes no sense. */
  damaged: boolean
  /** There are bytes behind its end, which no reader of tars sees. */
  followed: boolean
}

/**
 * The entries of a tar as `walkTar` gives them, and those behind a header that is damaged: the next file that is on record
 * is taken to be where its record says, and what follows it is walked again. `tarSize` is in bytes. What is found of
 * `condition` is set there. `integrity` for a tar that is cut off.
 */
export async function* walkRecorded(
  cursor: SliceCursor,
  recorded: Iterable<Instance>,
  tarSize: number | undefined,
  condition: TarCondition,
): AsyncGenerator<FoundEntry, void, undefined> {
  const within = [...recorded].filter(({ start, size }) => start + size <= (tarSize ?? Number.POSITIVE_INFINITY))
  const inOrder = within.sort((a, b) => a.start - b.start)
  for (;;) {
    let ended = false
    try {
      for await (const entry of walkTar(cursor)) yield { ...entry, recorded: false }
      ended = true
    } catch (error) {
      if (!isGantryError(error) || error.code !== 'integrity' || cursor.failed) throw error
      condition.damaged = true
    }
    const next = inOrder.find(({ start }) => start >= cursor.position)
    if (next === undefined || (await cursor.ended())) {
      if (ended) condition.followed = await isFollowed(cursor)
      return
    }
    // An empty block is no end where a file follows.
    condition.damaged = true
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
