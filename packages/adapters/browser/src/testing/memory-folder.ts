import type { DirectoryHandle, FileHandle } from '../handles.ts'

/** What tests may take away of it, or do instead. */
export interface FolderFaults {
  /** No file can be moved. */
  readonly withoutMove?: boolean
  /** Files are written by synchronous access alone. */
  readonly withoutStreams?: boolean
  /** Before bytes are written; may throw. */
  readonly beforeWrite?: () => void
}

interface Contents {
  bytes: Uint8Array<ArrayBuffer>
  modified: number
}

function failure(name: string): DOMException {
  return new DOMException('', name)
}

function checkName(name: string): void {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  const badly = /^(?:\.{0,2}|.*[/\\:*?"<>|\u0000-\u001F\u007F].*|.*[. ])$/u.test(name)
  if (badly) throw new TypeError('Name is not allowed.')
}

/** A folder in memory that behaves as those of browsers do, names included. */
export class MemoryFolder implements DirectoryHandle {
  readonly kind = 'directory'
  readonly name: string
  readonly children = new Map<string, MemoryFolder | MemoryFile>()
  readonly faults: FolderFaults

  constructor(name = '', faults: FolderFaults = {}) {
    this.name = name
    this.faults = faults
  }

  async getDirectoryHandle(name: string, { create = false } = {}): Promise<MemoryFolder> {
    checkName(name)
    const found = this.children.get(name) ?? (create ? new MemoryFolder(name, this.faults) : undefined)
    if (found === undefined) throw failure('NotFoundError')
    if (!(found instanceof MemoryFolder)) throw failure('TypeMismatchError')
    this.children.set(name, found)
    return found
  }

  async getFileHandle(name: string, { create = false } = {}): Promise<FileHandle> {
    checkName(name)
    const found = this.children.get(name) ?? (create ? new MemoryFile(this, name) : undefined)
    if (found === undefined) throw failure('NotFoundError')
    if (!(found instanceof MemoryFile)) throw failure('TypeMismatchError')
    this.children.set(name, found)
    return found.handle()
  }

  async removeEntry(name: string, { recursive = false } = {}): Promise<void> {
    checkName(name)
    const found = this.children.get(name)
    if (found === undefined) throw failure('NotFoundError')
    if (found instanceof MemoryFolder && found.children.size > 0 && !recursive)
      throw failure('InvalidModificationError')
    this.children.delete(name)
  }

  async *entries(): AsyncGenerator<[string, DirectoryHandle | FileHandle], void, undefined> {
    for (const [name, child] of this.children) yield [name, child instanceof MemoryFile ? child.handle() : child]
  }
}

class MemoryFile {
  #folder: MemoryFolder
  #name: string
  readonly #contents: Contents = { bytes: new Uint8Array(0), modified: Date.now() }

  constructor(folder: MemoryFolder, name: string) {
    this.#folder = folder
    this.#name = name
  }

  handle(): FileHandle {
    const { withoutMove = false, withoutStreams = false } = this.#folder.faults
    return {
      kind: 'file',
      name: this.#name,
      getFile: async () => {
        if (this.#folder.children.get(this.#name) !== this) throw failure('NotFoundError')
        return new File([this.#contents.bytes], this.#name, { lastModified: this.#contents.modified })
      },
      ...(!withoutStreams && { createWritable: async () => this.#stream() }),
      ...(withoutStreams && { createSyncAccessHandle: async () => this.#access() }),
      ...(!withoutMove && {
        move: async (folder: MemoryFolder, name: string) => {
          checkName(name)
          this.#folder.children.delete(this.#name)
          folder.children.set(name, this)
          this.#folder = folder
          this.#name = name
        },
      }),
    }
  }

  /** Nothing is seen before `close`. */
  #stream() {
    const chunks: Uint8Array[] = []
    return {
      write: async (chunk: Uint8Array) => {
        this.#folder.faults.beforeWrite?.()
        chunks.push(Uint8Array.from(chunk))
      },
      close: async () => this.#replace(chunks),
      abort: async () => {},
    }
  }

  #access() {
    const chunks: Uint8Array[] = []
    return {
      write: (chunk: Uint8Array) => {
        this.#folder.faults.beforeWrite?.()
        // Fewer bytes than were given may be taken.
        const taken = Uint8Array.from(chunk.subarray(0, Math.ceil(chunk.length / 2)))
        chunks.push(taken)
        return taken.length
      },
      truncate: () => {},
      flush: () => this.#replace(chunks),
      close: () => {},
    }
  }

  #replace(chunks: readonly Uint8Array[]): void {
    this.#contents.bytes = Uint8Array.from(Buffer.concat(chunks))
    this.#contents.modified = Date.now()
  }
}
