import { join } from 'node:path'

import type { Upload } from '@gantry/core/driver'

import { errnoOf } from './file-operations.ts'
import { isNotFound, notFound } from './refusals.ts'
import type { Place, RootFolder } from './root-folder.ts'
import { temporaryName } from './temporary-name.ts'

/** Where an upload keeps its bytes and its records: beside the entry that it will be. */
export interface UploadFiles {
  readonly place: Place
  readonly part: string
  readonly log: string
  /** Of the file of bytes, which keeps it when it gets its name: so a completed upload can be told again. */
  readonly inode: bigint | undefined
}

const form = /^([0-9a-f]+)(?:-([0-9]+))?$/u

export function uploadId(id: string, inode: bigint): string {
  return `${id}-${inode}`
}

export function filesAt(place: Place, id: string, inode?: bigint): UploadFiles {
  return {
    place,
    part: join(place.folder, temporaryName(id, 'part')),
    log: join(place.folder, temporaryName(id, 'log')),
    inode,
  }
}

/** The files of an upload; `undefined` where there can be none. */
export async function findFiles(root: RootFolder, upload: Upload): Promise<UploadFiles | undefined> {
  // An id comes from a journal and becomes a file's name.
  const match = form.exec(upload.id)
  if (match === null) return undefined
  try {
    const place = await root.find(upload.path)
    return filesAt(place, match[1] as string, match[2] === undefined ? undefined : BigInt(match[2]))
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** Runs work on the files of an upload; when one of them is gone, the upload is unknown. */
export async function withFiles<Value>(
  root: RootFolder,
  upload: Upload,
  work: (files: UploadFiles) => Promise<Value>,
): Promise<Value> {
  const files = await findFiles(root, upload)
  if (files === undefined) throw unknownUpload(upload)
  try {
    return await work(files)
  } catch (error) {
    if (isGone(error, files)) throw unknownUpload(upload, error)
    throw error
  }
}

/** Not any missing file: a body may come from a folder too. */
function isGone(error: unknown, { part, log, place }: UploadFiles): boolean {
  if (errnoOf(error) !== 'ENOENT' || !(error instanceof Error) || !('path' in error)) return false
  return [part, log, place.file].some((file) => file === error.path)
}

export function unknownUpload({ path }: Upload, cause?: unknown) {
  return notFound(path, cause)
}
