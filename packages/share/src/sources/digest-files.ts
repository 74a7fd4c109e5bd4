import { GantryError, type Hashing, type Signal } from '@gantry/core'

import type { SourceFile } from '../formats/description.ts'
import type { FileInput } from '../formats/input/file-input.ts'
import { type Prepare, preparedInput } from './prepared-input.ts'

/** A file and what its bytes are, as they are to be shared. */
export interface DigestedFile {
  readonly file: SourceFile
  readonly input: FileInput
  readonly size: number
  readonly sha256: string
}

export interface DigestOptions {
  readonly hashing: Hashing
  readonly prepare: Prepare | undefined
  readonly signal: Signal | undefined
  readonly onBytes: (bytes: number) => void
}

/** Reads files side by side for their SHA-256. */
export async function digestFiles(files: readonly SourceFile[], options: DigestOptions): Promise<DigestedFile[]> {
  const digested: DigestedFile[] = []
  let next = 0
  const work = async () => {
    while (next < files.length) {
      const index = next
      next += 1
      const file = files[index]
      if (file !== undefined) digested[index] = await digestFile(file, options)
    }
  }
  await Promise.all(Array.from({ length: Math.min(4, files.length) }, work))
  return digested
}

async function digestFile(file: SourceFile, options: DigestOptions): Promise<DigestedFile> {
  const { hashing, prepare, signal, onBytes } = options
  const hasher = hashing.aside?.('sha256') ?? hashing('sha256')
  if (hasher === undefined) throw new GantryError('internal', 'The platform has no SHA-256.')
  let size = 0
  const input = prepare === undefined ? file.input : preparedInput(file, prepare, file.size)
  for await (const chunk of await input.read(undefined, signal === undefined ? {} : { signal })) {
    if (signal?.aborted === true) throw new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason })
    await hasher.update(chunk)
    size += chunk.length
    onBytes(chunk.length)
  }
  if (prepare === undefined && size !== file.size) {
    throw new GantryError('precondition_failed', 'The file changed while it was read: load it again.', {
      path: file.name,
    })
  }
  const sha256 = await hasher.digest()
  return { file, input: prepare === undefined ? input : preparedInput(file, prepare, size), size, sha256 }
}

/** Names the contents of a source, whatever its files are called: equal contents, equal fingerprints. */
export function fingerprintOf(files: readonly DigestedFile[], hashing: Hashing): string {
  const hasher = hashing('sha256')
  if (hasher === undefined) throw new GantryError('internal', 'The platform has no SHA-256.')
  const lines = files.map(({ sha256, size }) => `${sha256} ${size}\n`).sort()
  hasher.update(new TextEncoder().encode(lines.join('')))
  return hasher.digest()
}
