import type { DirectoryHandle, FileHandle } from '../handles.ts'
import type { FolderAnswer, FolderCall } from './page/folder-call.ts'

export type Ask = (call: FolderCall) => Promise<FolderAnswer>

interface Options {
  readonly withoutMove?: boolean
}

/** Folders of the origin private file system of a page, for a driver in Node: all that is done, the browser does. */
export async function remoteRoot(ask: Ask, name: string, options: Options = {}): Promise<DirectoryHandle> {
  return folder(asking(ask), name, (await asking(ask)({ method: 'root', name })) as number, options)
}

type Asking = (call: FolderCall) => Promise<unknown>

function asking(ask: Ask): Asking {
  return async (call) => {
    const answer = await ask(call)
    if ('value' in answer) return answer.value
    throw new DOMException(answer.error.message, answer.error.name)
  }
}

interface RemoteFolder extends DirectoryHandle {
  readonly id: number
}

function folder(ask: Asking, name: string, id: number, options: Options): RemoteFolder {
  return {
    kind: 'directory',
    name,
    id,
    getDirectoryHandle: async (child, { create = false } = {}) => {
      const found = (await ask({ method: 'folder', id, name: child, create })) as number
      return folder(ask, child, found, options)
    },
    getFileHandle: async (child, { create = false } = {}) => {
      return file(ask, child, (await ask({ method: 'file', id, name: child, create })) as number, options)
    },
    removeEntry: async (child) => void (await ask({ method: 'remove', id, name: child })),
    async *entries() {
      const found = (await ask({ method: 'entries', id })) as [string, 'file' | 'directory', number][]
      for (const [child, kind, of] of found) {
        yield [child, kind === 'file' ? file(ask, child, of, options) : folder(ask, child, of, options)]
      }
    },
  }
}

function file(ask: Asking, name: string, id: number, { withoutMove = false }: Options): FileHandle {
  return {
    kind: 'file',
    name,
    getFile: async () => {
      const content = (await ask({ method: 'content', id })) as { id: number; size: number; lastModified: number }
      return {
        ...content,
        slice: (start, end) => ({
          arrayBuffer: async () => {
            const base64 = (await ask({ method: 'slice', id: content.id, start, end })) as string
            return Uint8Array.from(Buffer.from(base64, 'base64')).buffer
          },
        }),
      }
    },
    createWritable: async () => {
      const writable = (await ask({ method: 'writable', id })) as number
      return {
        write: async (chunk) => {
          await ask({ method: 'write', id: writable, base64: Buffer.from(chunk).toString('base64') })
        },
        close: async () => void (await ask({ method: 'close', id: writable })),
        abort: async () => void (await ask({ method: 'abort', id: writable })),
      }
    },
    ...(!withoutMove && {
      move: async (into: RemoteFolder, as: string) =>
        void (await ask({ method: 'move', id, folder: into.id, name: as })),
    }),
  }
}
