import { open } from 'node:fs/promises'

import { type ErrorCode, GantryError } from '@gantry/core/driver'

/** Longest file of a key that is read. */
const longest = 64 * 1024

/**
 * Text of a file with a key in it, unless others may read it too (`permission_denied`, or `onShared` is told and it is read all
 * the same); nothing of it is told. Looks at the very file that it reads, and not at one of the same name.
 */
export async function readPrivateFile(path: string, onShared?: (advice: string) => void): Promise<string> {
  const file = await open(path, 'r').catch((error: unknown) => {
    const codes: { readonly [code: string]: ErrorCode } = {
      ENOENT: 'not_found',
      EACCES: 'permission_denied',
      EPERM: 'permission_denied',
    }
    const code = codes[(error as NodeJS.ErrnoException).code ?? ''] ?? 'invalid'
    throw new GantryError(code, 'The key file cannot be read: check its path and its owner.', { path })
  })
  try {
    const found = await file.stat()
    const { mode, size } = found
    if (found.isDirectory()) throw new GantryError('invalid', 'The key file is a folder.', { path })
    // Windows has no such bits.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      const message = 'Others can read the key file: chmod 600 it, and think of who may have read it.'
      if (onShared === undefined) throw new GantryError('permission_denied', message, { path })
      onShared(message)
    }
    if (size > longest) throw new GantryError('invalid', `The key file is longer than ${longest} bytes.`, { path })
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}
