import { GantryError, isPath, type Signal } from '@gantry/core'
import { type Entry, type FileEntry, ZipReader } from '@zip.js/zip.js/lib/zip-core-reader.js'

import type { FileInput } from '../input/file-input.ts'
import { readBytes } from '../input/read-bytes.ts'
import type { LoadProblem } from '../problem.ts'
import { type ArchiveLimits, excessOf } from './archive-limits.ts'
import { entryBody, rangeOf } from './zip-entry-body.ts'
import { zipError } from './zip-error.ts'
import { ZipSource } from './zip-reader.ts'

export interface OpenedArchive {
  /** Its files, named with their folders below the archive's own name. */
  readonly inputs: readonly FileInput[]
  /** Entries that are refused. */
  readonly problems: readonly LoadProblem[]
}

const localHeaderLength = 30

/**
 * The files in a zip archive. Only its directory is read; each file is inflated when it is read, and a stored one is
 * read by ranges. Fails with `invalid` for an archive that is damaged, holds too much, or one entry within another.
 */
export async function openZip(
  archive: FileInput,
  options: { readonly signal?: Signal; readonly limits?: ArchiveLimits } = {},
): Promise<OpenedArchive> {
  const { signal, limits = {} } = options
  const entries = await entriesOf(archive, signal, limits.entries ?? 100_000)
  const files = entries.filter((entry): entry is FileEntry => !entry.directory)
  const excess = excessOf(
    files.map((file) => file.uncompressedSize),
    archive.size,
    limits,
  )
  if (excess !== undefined) throw refused(excess, archive)
  if (overlap(files)) throw refused('its files overlap', archive)
  const folder = archive.name.replace(/\.zip$/iu, '')
  const inputs: FileInput[] = []
  const problems: LoadProblem[] = []
  for (const file of files) {
    const path = file.filename.replaceAll('\\', '/')
    const name = `${folder}/${path}`
    const problem = problemOf(file, path)
    if (problem === undefined) inputs.push(inputOf(archive, file, name))
    else problems.push({ name, ...problem })
  }
  return { inputs, problems }
}

async function entriesOf(archive: FileInput, signal: Signal | undefined, most: number): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  const source = new ZipSource(archive, signal)
  const reader = new ZipReader(source, { filenameValidation: 'tolerant' })
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      entries.push(entry)
      // More than allowed is refused at once, not after a list of millions.
      if (entries.length > most) break
    }
  } catch (error) {
    throw zipError(error, archive.name)
  }
  source.release()
  return entries
}

function refused(why: string, { name }: FileInput): GantryError {
  return new GantryError('invalid', `The archive is refused: ${why}.`, { path: name })
}

/** Entries that share bytes make bombs of small archives; honest ones never do. */
function overlap(files: readonly FileEntry[]): boolean {
  let end = 0
  for (const { offset, compressedSize } of files.toSorted((a, b) => a.offset - b.offset)) {
    if (offset < end) return true
    end = offset + localHeaderLength + compressedSize
  }
  return false
}

function problemOf({ encrypted }: FileEntry, path: string): Omit<LoadProblem, 'name'> | undefined {
  if (!isPath(path) || /^[a-z]:/iu.test(path)) {
    return { code: 'invalid', message: 'The name of the file in the archive leads out of it: it is refused.' }
  }
  return encrypted
    ? { code: 'unsupported', message: 'The file in the archive is encrypted: unpack it first.' }
    : undefined
}

function inputOf(archive: FileInput, entry: FileEntry, name: string): FileInput {
  const { uncompressedSize: size, compressedSize, compressionMethod } = entry
  const stored = compressionMethod === 0 && compressedSize === size
  return {
    name,
    size,
    async read(range, { signal } = {}) {
      const { start, end = size } = range ?? { start: 0 }
      const to = Math.min(end, size)
      if (start === 0 && to === size) return entryBody(entry, name)
      if (!stored) return rangeOf(entryBody(entry, name), start, to)
      const data = await dataStart(archive, entry, signal)
      return await archive.read({ start: data + start, end: data + to }, signal === undefined ? {} : { signal })
    },
  }
}

/** The local header says how long it is itself; its name and extra field may differ from the directory's. */
async function dataStart(archive: FileInput, { offset }: FileEntry, signal: Signal | undefined): Promise<number> {
  const header = await readBytes(archive, offset, offset + localHeaderLength, signal)
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength)
  if (header.length < localHeaderLength || view.getUint32(0, true) !== 0x04034b50) {
    throw refused('a file is not where its directory says', archive)
  }
  return offset + localHeaderLength + view.getUint16(26, true) + view.getUint16(28, true)
}
