import { type ErrorCode, GantryError, isGantryError } from '@gantry/core'

const codes: { readonly [code: string]: readonly [ErrorCode, string] | undefined } = {
  ENOENT: ['not_found', 'There is no such file.'],
  ENOTDIR: ['not_found', 'There is no such file.'],
  EACCES: ['permission_denied', 'The file may not be read by this user.'],
  EPERM: ['permission_denied', 'The file may not be read by this user.'],
  EISDIR: ['unsupported', 'This is a folder.'],
  ENXIO: ['unsupported', 'This is not a regular file.'],
  EMFILE: ['unavailable', 'Too many files are open.'],
  ENFILE: ['unavailable', 'Too many files are open.'],
}

/** An error of the file system as one of Gantry's. */
export function fileError(cause: unknown, path: string): unknown {
  if (!(cause instanceof Error) || !('code' in cause) || isGantryError(cause)) return cause
  const [code, message] = codes[String(cause.code)] ?? ['unavailable', 'The file could not be read.']
  return new GantryError(code, message, { cause, path })
}

export function notAFile(path: string): GantryError {
  return new GantryError('unsupported', 'This is not a regular file.', { path })
}
