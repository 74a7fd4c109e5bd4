import { type Call, collect, bytesOf } from '@gantry/core/driver'

import type { Cod } from '../cod-parts.ts'
import { pathsOf, type SeriesName } from '../series/series-name.ts'
import type { Slice } from './plan-reads.ts'
import { SliceCursor } from './slice-cursor.ts'

export interface OpenRun<Item> {
  readonly run: readonly Item[]
  readonly cursor: SliceCursor | undefined
  readonly error: unknown
}

/** Runs that are asked for before it is their turn. */
const ahead = 4
/** Runs of no more bytes than this are read ahead as a whole; of longer ones, the answer is begun. */
const smallRun = 1024 * 1024

/** Opens runs side by side, and gives them one after another; closes what is left when its caller stops. */
export async function* openRuns<Item extends Slice>(
  cod: Cod,
  name: SeriesName,
  runs: readonly (readonly Item[])[],
  call: Call,
): AsyncGenerator<OpenRun<Item>, void, undefined> {
  const opened: Promise<OpenRun<Item>>[] = []
  let next = 0
  try {
    for (;;) {
      while (opened.length < ahead && next < runs.length) {
        opened.push(open(cod, name, runs[next] as readonly Item[], call))
        next += 1
      }
      const first = await opened[0]
      if (first === undefined) return
      try {
        yield first
      } finally {
        void opened.shift()
        await first.cursor?.close()
      }
    }
  } finally {
    for (const one of await Promise.all(opened)) await one.cursor?.close()
  }
}

/** Never rejects: what goes wrong concerns this run alone. */
async function open<Item extends Slice>(
  { store }: Cod,
  name: SeriesName,
  run: readonly Item[],
  call: Call,
): Promise<OpenRun<Item>> {
  const start = run[0]?.start ?? 0
  const end = run.reduce((furthest, slice) => Math.max(furthest, slice.start + slice.size), start)
  try {
    const { body } = await store.read(pathsOf(name).tar, { start, end }, call)
    const bytes = end - start <= smallRun ? bytesOf(await collect(body, smallRun)) : body
    return { run, cursor: new SliceCursor(bytes, start), error: undefined }
  } catch (error) {
    return { run, cursor: undefined, error }
  }
}
