import { longestHeader, nonceSize, sealedSize } from '@gantry/age'

/** Bytes before the chunks of an object of that length, if a plaintext of this size can be what it holds. */
export function prologueSize(object: number, plaintext: number): number | undefined {
  const prologue = object - sealedSize(plaintext)
  return prologue > nonceSize && prologue <= nonceSize + longestHeader ? prologue : undefined
}
