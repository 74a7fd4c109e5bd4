import { type Crc, slicedCrc } from '@gantry/core/driver'

/** CRC-32 of IEEE 802.3, as gzip has it, for places where the platform offers none. */
export const crc32: Crc = slicedCrc(0xedb88320)

/** As the wire has it: eight hexadecimal digits. */
export function hexOf(crc: number): string {
  return crc.toString(16).padStart(8, '0')
}
