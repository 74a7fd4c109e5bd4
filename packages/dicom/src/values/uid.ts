/**
 * A UID as it stands in a file, without its padding; `undefined` if there is none. Only what could do harm in a path, a
 * log or a journal is refused (`undefined` as well): many a real UID breaks the rules of PS3.5 9.
 */
export function uidOf(value: Uint8Array): string | undefined {
  let start = 0
  let end = value.length
  while (end > start && isPadding(value[end - 1] as number)) end -= 1
  while (start < end && isPadding(value[start] as number)) start += 1
  if (end === start || end - start > longestUID) return undefined
  for (let index = start; index < end; index += 1) {
    const byte = value[index] as number
    if (byte <= 0x20 || byte > 0x7e || byte === 0x5c) return undefined
  }
  return String.fromCharCode.apply(undefined, value.subarray(start, end) as unknown as number[])
}

/** Twice what the standard allows. */
const longestUID = 128

function isPadding(byte: number): boolean {
  return byte === 0 || byte === 0x20
}
