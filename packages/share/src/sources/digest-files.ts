import { digestAside, GantryError, type Hashing, type Signal } from '@gantry/core'

import type { SourceFile } from '../formats/description.ts'
import type { FileInput } from '../formats/input/file-input.ts'
import { openBody } from '../formats/input/read-bytes.ts'
import { mapLimited } from '../formats/load/map-limited.ts'
import { provenInput } from './inputs-store.ts'
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

const atOnce = 4

/** Reads files side by side for their SHA-256. */
export async function digestFiles(files: readonly SourceFile[], options: DigestOptions): Promise<DigestedFile[]> {
  return await mapLimited(files, atOnce, async (file) => await digestFile(file, options))
}

async function digestFile(file: SourceFile, options: DigestOptions): Promise<DigestedFile> {
  const { hashing, prepare, signal, onBytes } = options
  const hasher = digestAside(hashing, 'sha256') ?? hashing('sha256')
  if (hasher === undefined) throw new GantryError('internal', 'The platform has no SHA-256.')
  let size = 0
  const input = prepare === undefined ? file.input : preparedInput(file, prepare, file.size)
  for await (const chunk of await openBody(input, undefined, signal)) {
    await hasher.update(chunk)
    size += chunk.length
    onBytes(chunk.length)
  }
  const sha256 = await hasher.digest()
  if (prepare !== undefined) return { file, input: preparedAgain(file, prepare, size, sha256, hashing), size, sha256 }
  if (size === file.size) return { file, input, size, sha256 }
  throw new GantryError('precondition_failed', 'The file changed while it was read: load it again.', {
    path: file.name,
  })
}

function preparedAgain(file: SourceFile, prepare: Prepare, size: number, sha256: string, hashing: Hashing): FileInput {
  return provenInput(preparedInput(file, prepare, size), sha256, hashing, () => {
    const message = 'What prepares the files gave other bytes the second time: it must always give the same.'
    return new GantryError('precondition_failed', message, { path: file.name })
  })
}

/** Names the contents of a source, whatever its files are called: equal contents, equal fingerprints. */
export function fingerprintOf(files: readonly DigestedFile[], hashing: Hashing): string {
  const hasher = hashing('sha256')
  if (hasher === undefined) throw new GantryError('internal', 'The platform has no SHA-256.')
  const lines = files.map(({ sha256, size }) => `${sha256} ${size}\n`).sort()
  hasher.update(new TextEncoder().encode(lines.join('')))
  return hasher.digest()
}
