import { GantryError, releasing } from '@gantry/core/driver'

import { addToCrc32c, hexOfCrc } from './crc32c.ts'

/** Fails at the end of a body that is not the one whose CRC-32C the service keeps. */
export function checked(body: AsyncIterableIterator<Uint8Array>, expected: string): AsyncIterableIterator<Uint8Array> {
  return releasing(compared(body, expected), async () => await body.return?.())
}

async function* compared(
  body: AsyncIterable<Uint8Array>,
  expected: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let crc = 0
  for await (const chunk of body) {
    // Before it is lent: a consumer may write into it.
    crc = addToCrc32c(chunk, crc)
    yield chunk
  }
  if (hexOfCrc(crc) !== expected) {
    throw new GantryError('integrity', 'What came is not what the service keeps: the checksums differ.')
  }
}
