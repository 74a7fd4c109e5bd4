/** Bytes as characters of the same number: for VRs outside of Specific Character Set, and to look into values. */
export function latin1(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode.apply(undefined, bytes.subarray(at, at + 8192) as unknown as number[])
  }
  return text
}
