import {
  type Call,
  type DicomJson,
  GantryError,
  type Query,
  type QueryDriver,
  throwIfCancelled,
} from '@gantry/core/driver'

import type { MemoryContents } from './contents.ts'

/** Where a memory store of images has them. */
export const imageTemplate = '{StudyInstanceUID}/{SeriesInstanceUID}/{SOPInstanceUID}'

const levels = ['study', 'series', 'instance'] as const
const keys = [
  ['StudyInstanceUID', '0020000D'],
  ['SeriesInstanceUID', '0020000E'],
  ['SOPInstanceUID', '00080018'],
] as const

/** Study, series and instance; `invalid` of a path that names no image. */
function uidsOf(path: string): readonly string[] {
  const uids = path.split('/')
  if (uids.length === 3 && uids.every((uid) => /^[0-9.]{1,64}$/u.test(uid))) return uids
  throw new GantryError('invalid', 'This store holds images alone, by their UIDs.', { path })
}

/** Refuses to write what is at no image's place. */
export function refuseUnlessImage(path: string): void {
  uidsOf(path)
}

/** Answers by what paths tell: UIDs. */
export class MemoryQueries implements QueryDriver {
  readonly #contents: MemoryContents

  constructor(contents: MemoryContents) {
    this.#contents = contents
  }

  async *search(query: Query, call: Call): AsyncGenerator<DicomJson, void, undefined> {
    const { study, series, match = {} } = query
    const depth = levels.indexOf(query.level) + 1
    const wanted = keys.map(([keyword, tag]) => (match[keyword] ?? match[tag])?.split(','))
    const told = new Set<string>()
    for (const path of this.#contents.entries.keys()) {
      throwIfCancelled(call)
      const uids = uidsOf(path)
      if ((study !== undefined && study !== uids[0]) || (series !== undefined && series !== uids[1])) continue
      if (!wanted.every((list, index) => list === undefined || list.includes(uids[index] ?? ''))) continue
      const named = uids.slice(0, depth)
      if (told.has(named.join('/'))) continue
      told.add(named.join('/'))
      yield Object.fromEntries(named.map((uid, index) => [keys[index]?.[1] ?? '', { vr: 'UI', Value: [uid] }]))
    }
  }
}
