import { type ErrorCode, GantryError, isGantryError } from '@gantry/core'
import {
  ERR_ENCRYPTED,
  ERR_INVALID_COMPRESSED_DATA,
  ERR_INVALID_CRC32,
  ERR_INVALID_UNCOMPRESSED_SIZE,
  ERR_SPLIT_ZIP_FILE,
  ERR_UNSUPPORTED_COMPRESSION,
  ERR_UNSUPPORTED_ENCRYPTION,
} from '@zip.js/zip.js/lib/zip-core-reader.js'

const reasons: ReadonlyMap<string, readonly [ErrorCode, string]> = new Map([
  [ERR_INVALID_CRC32, ['integrity', 'The file in the archive is damaged: its checksum is another one.']],
  [ERR_INVALID_COMPRESSED_DATA, ['integrity', 'The file in the archive is damaged: it cannot be inflated.']],
  [ERR_INVALID_UNCOMPRESSED_SIZE, ['integrity', 'The file in the archive is damaged: its length is another one.']],
  [ERR_ENCRYPTED, ['unsupported', 'The file in the archive is encrypted: unpack it first.']],
  [ERR_UNSUPPORTED_ENCRYPTION, ['unsupported', 'The file in the archive is encrypted: unpack it first.']],
  [ERR_UNSUPPORTED_COMPRESSION, ['unsupported', 'The file in the archive is compressed in a way that is not known.']],
  [ERR_SPLIT_ZIP_FILE, ['unsupported', 'The archive is one of several parts: join them first.']],
])

/** What zip.js throws, with a code. An error of the file under it stays what it is. */
export function zipError(error: unknown, path: string): GantryError {
  if (isGantryError(error)) return error
  const known = error instanceof Error ? reasons.get(error.message) : undefined
  const [code, message] = known ?? ['invalid', 'The archive is damaged, or cut off.']
  return new GantryError(code, message, { path, cause: error, retryable: false })
}
