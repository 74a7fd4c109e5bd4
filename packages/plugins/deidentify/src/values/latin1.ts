/** One character a byte, NULs at the end left out. */
export function latin1Of(bytes: Uint8Array): string {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end -= 1
  let text = ''
  for (let start = 0; start < end; start += 4096) {
    text += String.fromCharCode(...bytes.subarray(start, Math.min(start + 4096, end)))
  }
  return text
}
