import { GantryError, releasing, type Crc } from '@gantry/core/driver'

import { hexOf } from './crc32.ts'

/** Fails at the end of a body that is not the one whose CRC-32 the hub keeps. */
export function checked(
  body: AsyncIterableIterator<Uint8Array>,
  expected: string,
  crc32: Crc,
): AsyncIterableIterator<Uint8Array> {
  return releasing(compared(body, expected, crc32), async () => await body.return?.())
}

async function* compared(
  body: AsyncIterable<Uint8Array>,
  expected: string,
  crc32: Crc,
): AsyncGenerator<Uint8Array, void, undefined> {
  let crc = 0
  for await (const chunk of body) {
    // Before it is lent: a consumer may write into it.
    crc = crc32(chunk, crc)
    yield chunk
  }
  if (hexOf(crc) !== expected) {
    throw new GantryError('integrity', 'What came is not what the hub keeps: the checksums differ.')
  }
}
