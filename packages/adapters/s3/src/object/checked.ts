import { type DigestAlgorithm, type Digests, GantryError, type LinearAlgorithm } from '@gantry/core/driver'

import { type RunningChecksum, startChecksum } from '../checksum/algorithm.ts'

/** Those that cost next to nothing; whoever wants more computes it anyway. */
const cheap: readonly LinearAlgorithm[] = ['crc32', 'crc32c', 'crc64nvme']

/**
 * Fails at the end of a body that is not the one whose checksum the service keeps; a body that the caller checks by a
 * digest that the service tells is left to it.
 */
export function checked(
  body: AsyncIterableIterator<Uint8Array>,
  digests: Digests | undefined,
  compares: readonly DigestAlgorithm[] = [],
): AsyncIterableIterator<Uint8Array> {
  if (compares.some((algorithm) => digests?.[algorithm] !== undefined)) return body
  const checksum = cheap.find((algorithm) => digests?.[algorithm] !== undefined)
  if (checksum === undefined || digests === undefined) return body
  return new CheckedBody(body, startChecksum(checksum), digests[checksum])
}

class CheckedBody implements AsyncIterableIterator<Uint8Array> {
  readonly #body: AsyncIterableIterator<Uint8Array>
  readonly #running: RunningChecksum
  readonly #expected: string | undefined
  #over = false

  constructor(body: AsyncIterableIterator<Uint8Array>, running: RunningChecksum, expected: string | undefined) {
    this.#body = body
    this.#running = running
    this.#expected = expected
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    const result = await this.#body.next()
    if (result.done !== true) {
      this.#running.update(result.value)
      return result
    }
    if (!this.#over && this.#running.hex() !== this.#expected) {
      this.#over = true
      throw new GantryError('integrity', 'What came is not what the service keeps: the checksums differ.')
    }
    this.#over = true
    return result
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    this.#over = true
    return (await this.#body.return?.()) ?? { done: true, value: undefined }
  }
}
