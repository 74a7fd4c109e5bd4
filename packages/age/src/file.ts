import { collect, GantryError, bytesOf } from '@gantry/core'

import type { Cipher } from './cipher.ts'
import { parseHeader } from './header.ts'
import { type AgeKey, openHeader } from './open-header.ts'
import { openChunks, type PayloadSpan, sealChunks } from './payload.ts'
import { payloadKey } from './payload-key.ts'
import { randomBytes } from './random.ts'
import { sealHeader } from './seal-header.ts'
import { chunkCount, nonceSize, plaintextSize, sealedSize } from './sizes.ts'

/** An age file for these recipients, in memory. */
export async function sealBytes(
  plaintext: Uint8Array,
  recipients: readonly string[],
  cipher: Cipher,
): Promise<Uint8Array> {
  const { header, fileKey } = await sealHeader(recipients)
  const nonce = randomBytes(nonceSize)
  const span = wholePayload(plaintext.length, fileKey, nonce, cipher)
  const file = new Uint8Array(header.length + nonceSize + sealedSize(plaintext.length))
  file.set(header)
  file.set(nonce, header.length)
  let position = header.length + nonceSize
  for await (const chunk of sealChunks(bytesOf(plaintext), span)) {
    file.set(chunk, position)
    position += chunk.length
  }
  return file
}

/** The plaintext of an age file in memory; errors as of `openHeader`, and `integrity` for what follows the header. */
export async function openBytes(file: Uint8Array, key: AgeKey, cipher: Cipher): Promise<Uint8Array> {
  const { length } = parseHeader(file)
  const fileKey = await openHeader(file.subarray(0, length), key)
  const payload = file.subarray(length + nonceSize)
  if (file.length < length + nonceSize) throw new GantryError('integrity', 'The age file ends within its nonce.')
  const size = plaintextSize(payload.length)
  const span = wholePayload(size, fileKey, file.subarray(length, length + nonceSize), cipher)
  return await collect(openChunks(bytesOf(payload), span), size)
}

function wholePayload(size: number, fileKey: Uint8Array, nonce: Uint8Array, cipher: Cipher): PayloadSpan {
  return { first: 0, end: chunkCount(size), size, cipher: cipher(payloadKey(fileKey, nonce)) }
}
