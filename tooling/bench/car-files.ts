import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import type { Bytes } from '@gantry/core'

/** A file of the data set, read anew by every contestant in the same way. */
export interface SourceFile {
  readonly name: string
  readonly read: () => Bytes
}

export async function sourceFiles(folder: string): Promise<readonly SourceFile[]> {
  const names = (await readdir(folder)).sort()
  return names.map((name) => ({
    name,
    read: () => createReadStream(join(folder, name), { highWaterMark: 1024 * 1024 }),
  }))
}
