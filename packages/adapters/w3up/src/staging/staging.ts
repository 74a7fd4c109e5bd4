import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type Bytes, GantryError } from '@gantry/core/driver'

const chunkSize = 1024 * 1024

const noRoom =
  'Nothing can be written to the folder for files that wait to be stored: check TMPDIR, or name another with the option staging.'

/**
 * Files that wait here until they are complete: a shard is named by its bytes, and is no longer than `shardSize`. They have
 * no name that another process could guess, are readable by nobody else, and end with the process.
 */
export class Staging {
  readonly #parent: string

  constructor(parent: string = tmpdir()) {
    this.#parent = parent
  }

  async create(): Promise<StagedFile> {
    const path = join(this.#parent, `gantry-w3up-${randomUUID()}`)
    const handle = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600).catch((cause) => {
      throw new GantryError('read_only', noRoom, { cause })
    })
    // Unlinked while it is open: nothing is left of it, however the process ends.
    await rm(path)
    return new StagedFile(handle)
  }
}

/** A parcel may be left without a word, to be gone on with by another process: then nobody closes its file. */
const leftOpen = new FinalizationRegistry<FileHandle>((handle) => void handle.close().catch(() => {}))

/** A file that is written once, from its beginning to its end, and then read. */
export class StagedFile {
  readonly #handle: FileHandle
  #closed = false
  size = 0

  constructor(handle: FileHandle) {
    this.#handle = handle
    leftOpen.register(this, handle, this)
  }

  /** Appends; what is given must stay as it is until this resolves. */
  async append(parts: readonly Uint8Array[]): Promise<void> {
    const length = parts.reduce((sum, part) => sum + part.length, 0)
    const position = this.size
    this.size += length
    const { bytesWritten } = await this.#handle.writev([...parts], position)
    if (bytesWritten === length) return
    // A write that was cut short is rare: then all that is left goes as one.
    const rest = Buffer.concat(parts).subarray(bytesWritten)
    for (let done = 0; done < rest.length;) {
      const more = await this.#handle.write(rest, done, rest.length - done, position + bytesWritten + done)
      done += more.bytesWritten
    }
  }

  /** Its bytes, in a buffer that is used again. */
  async *read(start = 0, end = this.size): AsyncGenerator<Uint8Array, void, undefined> {
    const buffer = Buffer.allocUnsafeSlow(Math.min(chunkSize, Math.max(1, end - start)))
    for (let at = start; at < end;) {
      const { bytesRead } = await this.#handle.read(buffer, 0, Math.min(buffer.length, end - at), at)
      if (bytesRead === 0) return
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    leftOpen.unregister(this)
    await this.#handle.close()
  }
}

/** Keeps a body of unknown length until its length is known. */
export async function stageBody(staging: Staging, body: Bytes): Promise<StagedFile> {
  const file = await staging.create()
  try {
    for await (const chunk of body) await file.append([chunk])
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}
