import { GantryError, type StoredPart, type Upload } from '@gantry/core/driver'

import { nameOfError } from './code-of.ts'
import type { DirectoryHandle, FileHandle } from './handles.ts'
import { partsFolder } from './names.ts'
import { openSink } from './open-sink.ts'

const folderName = /^upload-([\da-f-]{36})$/u
/** Number, offset, size and tag: what is not as long as its name says was never whole. */
const partName = /^part-(\d{1,6})-(\d{1,15})-(\d{1,15})-([\da-f-]{36})$/u
const aboutName = 'about.json'
/** There when the whole was published: who lost the answer asks again. */
const doneName = 'done'

/** A part, and the file that it is in. */
export interface FoundPart {
  readonly part: StoredPart
  readonly handle: FileHandle
}

export async function makeUpload(root: DirectoryHandle, path: string): Promise<Upload> {
  const parts = await root.getDirectoryHandle(partsFolder, { create: true })
  const upload = { path, id: crypto.randomUUID(), started: Date.now() }
  const folder = await parts.getDirectoryHandle(`upload-${upload.id}`, { create: true })
  await writeText(folder, aboutName, JSON.stringify(upload))
  return upload
}

/** The folder of an upload that is not published; `not_found`. */
export async function findUpload(root: DirectoryHandle, upload: Upload): Promise<DirectoryHandle> {
  const folder = await folderOf(root, upload)
  if (folder === undefined || (await isDone(folder))) throw noUpload(upload)
  return folder
}

/** Its folder, whether published or not; an id comes from whoever asks, and must lead nowhere else. */
export async function folderOf(root: DirectoryHandle, { id, path }: Upload): Promise<DirectoryHandle | undefined> {
  const name = `upload-${id}`
  if (!folderName.test(name)) return undefined
  try {
    const parts = await root.getDirectoryHandle(partsFolder)
    const folder = await parts.getDirectoryHandle(name)
    return (await aboutOf(folder))?.path === path ? folder : undefined
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

export function nameOfPart({ number, offset, size }: Omit<StoredPart, 'tag'>, tag: string): string {
  return `part-${number}-${offset}-${size}-${tag}`
}

/** Parts that are whole, by number; of one that was put again, the last. Those before it are in `replaced`. */
export async function partsIn(
  folder: DirectoryHandle,
): Promise<{ readonly found: readonly FoundPart[]; readonly replaced: readonly string[] }> {
  const found = new Map<number, FoundPart & { readonly time: number }>()
  const replaced: string[] = []
  for await (const [name, handle] of folder.entries()) {
    const [, number, offset, size, tag = ''] = partName.exec(name) ?? []
    if (number === undefined || handle.kind !== 'file') continue
    const content = await unlessMissing(() => handle.getFile())
    const part = { number: Number(number), offset: Number(offset), size: Number(size), tag }
    if (content?.size !== part.size) continue
    const other = found.get(part.number)
    const newer = other === undefined || other.time <= content.lastModified
    if (newer) found.set(part.number, { part, handle, time: content.lastModified })
    const loser = newer ? other : { part, handle }
    if (loser !== undefined) replaced.push(loser.handle.name)
  }
  return { found: [...found.values()].sort((a, b) => a.part.number - b.part.number), replaced }
}

export async function isDone(folder: DirectoryHandle): Promise<boolean> {
  return (await unlessMissing(() => folder.getFileHandle(doneName))) !== undefined
}

/** Says that it is published, and only then removes what it was made of. */
export async function markDone(folder: DirectoryHandle): Promise<void> {
  await writeText(folder, doneName, '1')
  const names: string[] = []
  for await (const [name] of folder.entries()) if (partName.test(name)) names.push(name)
  for (const name of names) await unlessMissing(() => folder.removeEntry(name))
}

export async function removeUpload(root: DirectoryHandle, { id }: Upload): Promise<void> {
  await unlessMissing(async () => {
    const parts = await root.getDirectoryHandle(partsFolder)
    await parts.removeEntry(`upload-${id}`, { recursive: true })
  })
}

/** All uploads there are, published ones included, and when something last moved in their folders. */
export async function* allUploads(
  root: DirectoryHandle,
): AsyncGenerator<{ readonly upload: Upload; readonly done: boolean; readonly moved: number }, void, undefined> {
  const parts = await unlessMissing(() => root.getDirectoryHandle(partsFolder))
  if (parts === undefined) return
  const folders: DirectoryHandle[] = []
  for await (const [name, handle] of parts.entries()) {
    if (handle.kind === 'directory' && folderName.test(name)) folders.push(handle)
  }
  for (const folder of folders) {
    const upload = await aboutOf(folder)
    const id = folderName.exec(folder.name)?.[1] ?? ''
    let moved = upload?.started ?? 0
    for await (const [, handle] of folder.entries()) {
      const content = handle.kind === 'file' ? await unlessMissing(() => handle.getFile()) : undefined
      moved = Math.max(moved, content?.lastModified ?? 0)
    }
    // Without its description it was being begun, or removed, by a page that was closed.
    yield { upload: upload ?? { path: '', id }, done: upload === undefined || (await isDone(folder)), moved }
  }
}

export function noUpload({ path }: Upload): GantryError {
  return new GantryError('not_found', 'There is no such upload.', { path })
}

async function aboutOf(folder: DirectoryHandle): Promise<Upload | undefined> {
  const handle = await unlessMissing(() => folder.getFileHandle(aboutName))
  if (handle === undefined) return undefined
  const content = await handle.getFile()
  const text = new TextDecoder().decode(await content.slice(0, content.size).arrayBuffer())
  try {
    const { path, id, started } = JSON.parse(text) as Partial<Upload>
    if (typeof path === 'string' && typeof id === 'string' && typeof started === 'number') return { path, id, started }
  } catch {
    // Half-written.
  }
  return undefined
}

async function writeText(folder: DirectoryHandle, name: string, text: string): Promise<void> {
  const sink = await openSink(await folder.getFileHandle(name, { create: true }))
  await sink.write(new TextEncoder().encode(text))
  await sink.close()
}

function isMissing(error: unknown): boolean {
  return nameOfError(error) === 'NotFoundError'
}

async function unlessMissing<Value>(work: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await work()
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
