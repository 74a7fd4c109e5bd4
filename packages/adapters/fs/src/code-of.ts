import type { ErrorCode } from '@gantry/core/driver'

import { errnoOf } from './file-operations.ts'

const codes: { readonly [errno: string]: ErrorCode } = {
  ENOENT: 'not_found',
  ENOTDIR: 'invalid',
  EISDIR: 'invalid',
  ENOTEMPTY: 'invalid',
  ENAMETOOLONG: 'invalid',
  EINVAL: 'invalid',
  EILSEQ: 'invalid',
  ELOOP: 'invalid',
  EFBIG: 'invalid',
  EEXIST: 'already_exists',
  EACCES: 'permission_denied',
  EPERM: 'permission_denied',
  EROFS: 'read_only',
  ENOSPC: 'read_only',
  EDQUOT: 'read_only',
  EMFILE: 'unavailable',
  ENFILE: 'unavailable',
  EAGAIN: 'unavailable',
  EBUSY: 'unavailable',
  ENOMEM: 'unavailable',
  EIO: 'unavailable',
  ESTALE: 'unavailable',
  ENODEV: 'unavailable',
  ENXIO: 'unavailable',
  EHOSTDOWN: 'unavailable',
  ENOTCONN: 'unavailable',
  ETIMEDOUT: 'timeout',
  ENOTSUP: 'unsupported',
  EOPNOTSUPP: 'unsupported',
  ENOSYS: 'unsupported',
}

/** What an error of the file system means. */
export function codeOf(error: unknown): ErrorCode | undefined {
  const errno = errnoOf(error)
  return errno === undefined ? undefined : codes[errno]
}
