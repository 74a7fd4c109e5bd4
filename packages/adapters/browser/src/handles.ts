// What is used of the File System API (https://fs.spec.whatwg.org), as types of our own: every real handle is one, and
// so is what tests put in its place.

export interface DirectoryHandle {
  readonly kind: 'directory'
  readonly name: string
  getDirectoryHandle(name: string, options?: { create?: boolean }): Promise<DirectoryHandle>
  getFileHandle(name: string, options?: { create?: boolean }): Promise<FileHandle>
  removeEntry(name: string, options?: { recursive?: boolean }): Promise<void>
  entries(): AsyncIterable<[string, DirectoryHandle | FileHandle]>
}

export interface FileHandle {
  readonly kind: 'file'
  readonly name: string
  getFile(): Promise<FileContent>
  /** Missing in older Safari. */
  createWritable?(options?: { keepExistingData?: boolean }): Promise<WritableFile>
  /** In workers, and on the origin private file system alone. */
  createSyncAccessHandle?(): Promise<SyncAccessHandle>
}

/** Part of most browsers, and not of the standard's text: looked for before it is used. */
export interface MovableFile {
  move(directory: DirectoryHandle, name: string): Promise<void>
}

export interface FileContent {
  readonly size: number
  readonly lastModified: number
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> }
}

export interface WritableFile {
  write(chunk: Uint8Array<ArrayBuffer>): Promise<void>
  close(): Promise<void>
  abort(reason?: unknown): Promise<void>
}

export interface SyncAccessHandle {
  write(chunk: Uint8Array<ArrayBuffer>, options?: { at?: number }): number
  truncate(size: number): void
  flush(): void
  close(): void
}
