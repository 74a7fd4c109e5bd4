import { GantryError } from '@gantry/core'

import type { FileInput } from './file-input.ts'

/** What is needed of a browser's `File`, or of any `Blob`. */
export interface WebFile {
  readonly size: number
  readonly name?: string
  /** Of files that were picked with their folder. */
  readonly webkitRelativePath?: string
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> }
}

/** Bytes that are in memory at once. */
const chunkLength = 1024 * 1024

/** A `File` as a form, a drop or a picker gives it, or a `Blob` with a name. */
export function blobInput(file: WebFile, name = nameOf(file)): FileInput {
  return {
    name,
    size: file.size,
    async read({ start, end = file.size } = { start: 0 }) {
      return chunksOf(file, name, start, Math.min(end, file.size))
    },
  }
}

function nameOf(file: WebFile): string {
  const { webkitRelativePath: path = '' } = file
  return path === '' ? (file.name ?? 'file') : path
}

async function* chunksOf(file: WebFile, path: string, start: number, end: number) {
  for (let at = start; at < end; at += chunkLength) yield await chunkOf(file, path, at, Math.min(end, at + chunkLength))
}

/** A file that was changed or removed since it was picked can no longer be read. */
async function chunkOf(file: WebFile, path: string, start: number, end: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(start, end).arrayBuffer())
  } catch (cause) {
    throw new GantryError('precondition_failed', 'The file changed since it was picked: pick it again.', {
      path,
      cause,
    })
  }
}
