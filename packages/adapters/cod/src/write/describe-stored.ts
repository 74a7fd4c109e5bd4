import type { Call } from '@gantry/core/driver'

import type { Cod } from '../cod-parts.ts'
import { instanceSource } from '../frames/instance-source.ts'
import type { SeriesName } from '../series/series-name.ts'
import { type Recorded, recordOf, type StoredInstance } from './describe-instance.ts'
import { longestTail } from './describe-tail.ts'
import { readSparsely } from './read-sparsely.ts'

/** The record of an instance that an earlier process has put into the tar: read from there. */
export async function describeStored(
  cod: Cod,
  name: SeriesName,
  stored: StoredInstance,
  call: Call,
): Promise<Recorded> {
  const { size, pixelsEnd = size } = stored
  const source = instanceSource(cod, name, stored, call)
  const { header, bytes } = await readSparsely(source)
  const tail = await source.read(size - pixelsEnd > longestTail ? size : pixelsEnd, size)
  return await recordOf(cod.settings, name, stored, { header, bytes, tail })
}
