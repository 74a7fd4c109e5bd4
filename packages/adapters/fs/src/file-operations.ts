import fs from 'node:fs'
import { promisify } from 'node:util'

// Plain descriptors and not FileHandles: a small file costs six trips to the thread pool, and half the time of each
// would be the handle's own bookkeeping.
export const open = promisify(fs.open)
export const close = promisify(fs.close)
const read = promisify(fs.read)
const write = promisify(fs.write)
const futimes = promisify(fs.futimes)
export const fsync = promisify(fs.fsync)
export const fdatasync = promisify(fs.fdatasync)
export const ftruncate = promisify(fs.ftruncate)
export const rename = promisify(fs.rename)
export const link = promisify(fs.link)
export const unlink = promisify(fs.unlink)
export const mkdir = promisify(fs.mkdir)
export const readFile = promisify(fs.readFile)
export const realpath = promisify(fs.realpath.native)
export const statfs = promisify(fs.statfs)

const fstatOf = promisify(fs.fstat)
const lstatOf = promisify(fs.lstat)
const statOf = promisify(fs.stat)

export type Stats = fs.BigIntStats

/** Of a file that was only read: the system answers at once, sooner than a thread of the pool could. Never fails. */
export function closeRead(descriptor: number): void {
  try {
    fs.closeSync(descriptor)
  } catch {
    // It is closed all the same, and nothing that was read is less true.
  }
}

// As big integers, because nanoseconds since the epoch do not fit a number.
export const fstat = async (descriptor: number): Promise<Stats> => await fstatOf(descriptor, { bigint: true })
export const lstat = async (file: string): Promise<Stats> => await lstatOf(file, { bigint: true })
export const stat = async (file: string): Promise<Stats> => await statOf(file, { bigint: true })

/** What concerns an inode alone, by a thread of the pool. */
export const pooled = { close, futimes, fstat }
/** The same without one: for files on a disk of this machine, see `isLocalDisk`. */
export const atOnce = {
  close: fs.closeSync,
  futimes: fs.futimesSync,
  fstat: (descriptor: number): Stats => fs.fstatSync(descriptor, { bigint: true }),
}

/**
 * Writes all of a chunk: the system may take it in pieces, e.g. just before the disk is full. A position of `null` is
 * the end, of a file that was opened to be added to.
 */
export async function writeAll(descriptor: number, chunk: Uint8Array, position: number | null): Promise<void> {
  let done = 0
  while (done < chunk.length) {
    const at = position === null ? null : position + done
    const { bytesWritten } = await write(descriptor, chunk, done, chunk.length - done, at)
    done += bytesWritten
  }
}

/** Reads until `length` bytes are there or the file ends; answers how many came. */
export async function readFully(
  descriptor: number,
  buffer: Uint8Array,
  length: number,
  position: number,
): Promise<number> {
  let done = 0
  while (done < length) {
    const { bytesRead } = await read(descriptor, buffer, done, length - done, position + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return done
}

/** Removes a file that may be gone already. */
export async function discard(file: string): Promise<void> {
  try {
    await unlink(file)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
}

/** `ENOENT` and the like, of errors that the system gave. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
