import type { Call } from '@gantry/core/driver'

import type { Cod } from '../cod-parts.ts'
import { instanceSource } from '../frames/instance-source.ts'
import type { SeriesName } from '../series/series-name.ts'
import { readHeaderOf, type Recorded, recordOf, type StoredInstance } from './describe-instance.ts'
import { longestTail } from './describe-tail.ts'

/** The record of an instance that an earlier process has put into the tar: read from there. */
export async function describeStored(
  cod: Cod,
  name: SeriesName,
  stored: StoredInstance,
  call: Call,
): Promise<Recorded> {
  const { size, pixelsEnd = size } = stored
  const source = instanceSource(cod, name, stored, call)
  const seen: { start: number; bytes: Uint8Array }[] = []
  const header = await readHeaderOf({
    ...source,
    async read(start: number, end: number) {
      const bytes = await source.read(start, end)
      seen.push({ start, bytes })
      return bytes
    },
  })
  const tail = await source.read(size - pixelsEnd > longestTail ? size : pixelsEnd, size)
  return await recordOf(cod.settings, name, stored, { header, bytes: joined(seen), tail })
}

/** The first bytes of a file, as they were read. */
function joined(seen: readonly { readonly start: number; readonly bytes: Uint8Array }[]): Uint8Array {
  const whole = new Uint8Array(seen.reduce((end, { start, bytes }) => Math.max(end, start + bytes.length), 0))
  for (const { start, bytes } of seen) whole.set(bytes, start)
  return whole
}
