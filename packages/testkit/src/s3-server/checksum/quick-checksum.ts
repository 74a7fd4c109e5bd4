import { crc32, crc32c } from '@node-rs/crc32'

import { type ChecksumAlgorithm, type RunningChecksum, runningCrc32, startChecksum } from './algorithm.ts'

/** The same checksums, as a server computes them: natively where that is quicker. A page has no native code. */
export function startQuickChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  if (algorithm === 'CRC32') return runningCrc32(crc32)
  return algorithm === 'CRC32C' ? runningCrc32(crc32c) : startChecksum(algorithm)
}
