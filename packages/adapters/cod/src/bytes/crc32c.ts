import { type Crc, slicedCrc } from '@gantry/core/driver'

/** CRC-32C (RFC 3720, Castagnoli), for where the platform hands in nothing faster. */
export const crc32c: Crc = slicedCrc(0x82f63b78)
