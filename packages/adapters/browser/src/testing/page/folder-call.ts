import type { DirectoryHandle, FileContent, FileHandle, MovableFile, WritableFile } from '../../handles.ts'
import { privateFolder } from '../../index.ts'

/** What a test in Node asks of a handle in the page. */
export type FolderCall =
  | { readonly method: 'root'; readonly name: string }
  | { readonly method: 'folder' | 'file'; readonly id: number; readonly name: string; readonly create: boolean }
  | { readonly method: 'remove'; readonly id: number; readonly name: string }
  | { readonly method: 'entries' | 'content' | 'writable' | 'close' | 'abort'; readonly id: number }
  | { readonly method: 'slice'; readonly id: number; readonly start: number; readonly end: number }
  | { readonly method: 'write'; readonly id: number; readonly base64: string }
  | { readonly method: 'move'; readonly id: number; readonly folder: number; readonly name: string }

export type FolderAnswer =
  | { readonly value: unknown }
  | { readonly error: { readonly name: string; readonly message: string } }

const kept = new Map<number, unknown>()
let last = 0

function keep(value: unknown): number {
  last += 1
  kept.set(last, value)
  return last
}

export async function folderCall(call: FolderCall): Promise<FolderAnswer> {
  try {
    return { value: await perform(call) }
  } catch (error) {
    const { name, message } = error as Error
    return { error: { name, message } }
  }
}

async function perform(call: FolderCall): Promise<unknown> {
  if (call.method === 'root') return keep(await privateFolder(call.name))
  const of = kept.get(call.id)
  switch (call.method) {
    case 'folder':
      return keep(await (of as DirectoryHandle).getDirectoryHandle(call.name, { create: call.create }))
    case 'file':
      return keep(await (of as DirectoryHandle).getFileHandle(call.name, { create: call.create }))
    case 'remove':
      return await (of as DirectoryHandle).removeEntry(call.name)
    case 'entries': {
      const found: unknown[] = []
      for await (const [name, handle] of (of as DirectoryHandle).entries())
        found.push([name, handle.kind, keep(handle)])
      return found
    }
    case 'content': {
      const content = await (of as FileHandle).getFile()
      return { id: keep(content), size: content.size, lastModified: content.lastModified }
    }
    case 'slice':
      return toBase64(await (of as FileContent).slice(call.start, call.end).arrayBuffer())
    case 'writable':
      return keep(await (of as FileHandle).createWritable?.())
    case 'write':
      return await (of as WritableFile).write(Uint8Array.from(atob(call.base64), (one) => one.charCodeAt(0)))
    case 'close':
      return await (of as WritableFile).close()
    case 'abort':
      return await (of as WritableFile).abort()
    default:
      return await (of as MovableFile).move(kept.get(call.folder) as DirectoryHandle, call.name)
  }
}

function toBase64(buffer: ArrayBuffer): string {
  let text = ''
  const bytes = new Uint8Array(buffer)
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768))
  return btoa(text)
}
