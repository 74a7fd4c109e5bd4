import { GantryError } from '@gantry/core/driver'

/** Unsigned LEB128 of a safe integer, as multiformats and protocol buffers write it. */
export function encodeVarint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  bytes.push(rest)
  return Uint8Array.from(bytes)
}

export function varintSize(value: number): number {
  let size = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1
  return size
}

/** The value at `offset` and where it ends; `integrity` for what is cut off, or no safe integer. */
export function readVarint(bytes: Uint8Array, offset: number): { readonly value: number; readonly end: number } {
  let value = 0
  let factor = 1
  for (let at = offset; at < offset + 8; at += 1) {
    const byte = bytes[at]
    if (byte === undefined) break
    value += (byte & 0x7f) * factor
    if (!Number.isSafeInteger(value)) break
    if (byte < 0x80) return { value, end: at + 1 }
    factor *= 0x80
  }
  throw new GantryError('integrity', 'A number in a block or an archive is malformed.')
}
