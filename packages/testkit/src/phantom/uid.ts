import { createHash } from 'node:crypto'

/** A UID under 2.25 (PS3.5 B.2) from a UUID of version 8, which is a hash of the names: the same names, the same UID. */
export function uidOf(...names: readonly (string | number)[]): string {
  const digest = createHash('sha256').update(JSON.stringify(names)).digest()
  digest[6] = ((digest[6] as number) & 0x0f) | 0x80
  digest[8] = ((digest[8] as number) & 0x3f) | 0x80
  return `2.25.${BigInt(`0x${digest.toString('hex', 0, 16)}`)}`
}
