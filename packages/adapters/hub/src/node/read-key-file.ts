import { open } from 'node:fs/promises'

import { type ErrorCode, GantryError } from '@gantry/core/driver'
import { type HubKeyFile, hubKeyFileSchema } from '@gantry/core/hub'

const longest = 64 * 1024

/** Reads a service account's key, unless others may read it too. Errors never quote what the file holds. */
export async function readKeyFile(path: string): Promise<HubKeyFile> {
  const text = await readPrivate(path)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  const parsed = hubKeyFileSchema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new GantryError('invalid', 'The file is not the key of a service account: take the one that the hub wrote.', {
    path,
  })
}

/** Looks at the very file that it reads, and not at one of the same name. */
async function readPrivate(path: string): Promise<string> {
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
    const { mode, size } = await file.stat()
    // Windows has no such bits.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new GantryError('permission_denied', 'Others can read the key file: give it the mode 0600 (chmod 600).', {
        path,
      })
    }
    if (size > longest) throw new GantryError('invalid', `The key file is longer than ${longest} bytes.`, { path })
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}
