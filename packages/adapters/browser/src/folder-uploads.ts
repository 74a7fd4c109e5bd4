import {
  type ByteRange,
  type Bytes,
  type Call,
  type Entry,
  GantryError,
  isAtOrBelow,
  type NewEntry,
  type NewPart,
  type ResumableAbility,
  type ResumableDriver,
  type StoredPart,
  throwIfCancelled,
  type Upload,
} from '@gantry/core/driver'

import type { DirectoryHandle } from './handles.ts'
import { checkNames } from './places.ts'
import { readChunks } from './read-file.ts'
import {
  allUploads,
  findUpload,
  folderOf,
  type FoundPart,
  isDone,
  makeUpload,
  markDone,
  nameOfPart,
  noUpload,
  partsIn,
  removeUpload,
} from './upload-folder.ts'
import { fill } from './write-file.ts'

export const uploadAbility: ResumableAbility = {
  minPartSize: 1,
  maxPartSize: 2 ** 40,
  maxParts: 100_000,
  parallel: false,
}

export interface UploadPorts {
  readonly folder: () => Promise<DirectoryHandle>
  readonly stat: (path: string) => Promise<Entry>
  /** All of it or nothing. */
  readonly write: (entry: NewEntry, body: Bytes, call: Call) => Promise<Entry>
}

/**
 * Uploads in parts that survive their page: each part is a file, because browsers copy a file that is added to, and some
 * cannot add to one at all. They are put together when all are there.
 */
export class FolderUploads implements ResumableDriver {
  readonly #ports: UploadPorts

  constructor(ports: UploadPorts) {
    this.#ports = ports
  }

  async begin({ path }: NewEntry): Promise<Upload> {
    checkNames(path)
    return await makeUpload(await this.#ports.folder(), path)
  }

  async putPart(upload: Upload, part: NewPart, body: Bytes, call: Call): Promise<StoredPart> {
    const { number, offset, size } = part
    const root = await this.#ports.folder()
    const folder = await findUpload(root, upload)
    const tag = crypto.randomUUID()
    const name = nameOfPart({ number, offset, size }, tag)
    try {
      await fill(await folder.getFileHandle(name, { create: true }), body, call)
      throwIfCancelled(call)
      // It may have been aborted while the bytes came.
      await findUpload(root, upload)
    } catch (error) {
      await folder.removeEntry(name).catch(() => {})
      throw error
    }
    for await (const [other] of folder.entries()) {
      if (other.startsWith(`part-${number}-`) && other !== name) await folder.removeEntry(other).catch(() => {})
    }
    return { number, offset, size, tag }
  }

  async *listParts(upload: Upload): AsyncGenerator<StoredPart, void, undefined> {
    const { found } = await partsIn(await findUpload(await this.#ports.folder(), upload))
    yield* found.map(({ part }) => part)
  }

  async complete(upload: Upload, entry: NewEntry, parts: readonly StoredPart[], call: Call): Promise<Entry> {
    const folder = await folderOf(await this.#ports.folder(), upload)
    if (folder === undefined) throw noUpload(upload)
    if (await isDone(folder)) return await this.#ports.stat(upload.path)
    const { found } = await partsIn(folder)
    const chosen = present(parts, found)
    const size = chosen.reduce((sum, { part }) => sum + part.size, 0)
    if (entry.size !== undefined && entry.size !== size) {
      throw new GantryError('integrity', 'The parts are not as long as the whole was said to be.')
    }
    const written = await this.#ports.write(
      { ...entry, path: upload.path, size },
      contentOf(chosen, 0, size, call),
      call,
    )
    await markDone(folder)
    return written
  }

  async abort(upload: Upload): Promise<void> {
    const root = await this.#ports.folder()
    if ((await folderOf(root, upload)) !== undefined) await removeUpload(root, upload)
  }

  async readBack(upload: Upload, { start, end }: ByteRange, call: Call): Promise<Bytes> {
    const { found } = await partsIn(await findUpload(await this.#ports.folder(), upload))
    const ordered = [...found].sort((a, b) => a.part.offset - b.part.offset)
    let next = 0
    for (const { part } of ordered) if (part.offset === next) next += part.size
    if (end === undefined || end > next) throw new GantryError('invalid', 'Not all of that range was put.')
    return contentOf(ordered, start, end, call)
  }

  async *unfinished(prefix: string | undefined): AsyncGenerator<Upload, void, undefined> {
    for await (const { upload, done } of allUploads(await this.#ports.folder())) {
      if (!done && isAtOrBelow(upload.path, prefix)) yield upload
    }
  }
}

/** The parts that are presented, from the first byte to the last. */
function present(parts: readonly StoredPart[], found: readonly FoundPart[]): FoundPart[] {
  const byTag = new Map(found.map((one) => [one.part.tag, one]))
  let offset = 0
  return parts
    .toSorted((a, b) => a.number - b.number)
    .map(({ tag }) => {
      const one = byTag.get(tag)
      if (one === undefined || one.part.offset !== offset) {
        throw new GantryError('invalid', 'The parts are not those that were put, from the first byte to the last.')
      }
      offset += one.part.size
      return one
    })
}

async function* contentOf(
  parts: readonly FoundPart[],
  start: number,
  end: number,
  call: Call,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const { part, handle } of parts) {
    const from = Math.max(start, part.offset)
    const to = Math.min(end, part.offset + part.size)
    if (from < to)
      yield* readChunks(await handle.getFile(), from - part.offset, to - part.offset, { signal: call.signal })
  }
}
