import { browser, type DirectoryHandle, privateFolder } from '@gantry/browser'
import { type Entry, type ErrorCode, GantryError, isGantryError, Store, type Signal } from '@gantry/core'
import { webHashing } from '@gantry/share/web'
import { createDownload } from '@gantry/transfer/download'

import type { DownloadedFile, DownloadLook, DownloadProgress, DownloadReport, DownloadWhere } from './model.ts'
import type { CallContext } from './rpc.ts'
import { zipFolder } from './leftovers.ts'

/** Where files come from, and which studies of it. */
export interface DownloadFrom {
  readonly store: Store
  readonly studies: readonly string[]
  /** Files beside the studies: meshes, volumes of other formats. */
  readonly others: readonly Entry[]
}

/** What there is, and what of it is there already. */
export async function lookAtDownload(
  from: DownloadFrom,
  where: DownloadWhere,
  { signal }: CallContext,
): Promise<DownloadLook> {
  const directory = directoryOf(where)
  const others = from.others.reduce((sum, { size }) => sum + (size ?? 0), 0)
  if (from.studies.length === 0) return { files: from.others.length, saved: 0, bytes: others, errors: [] }
  const stats = await createDownload({ store: from.store, directory, hashing: webHashing }).getStats(from.studies, {
    signal,
  })
  const told = stats.series.every(({ sizeBytes }) => sizeBytes > 0)
  return {
    files: stats.items.length + from.others.length,
    saved: stats.series.reduce((sum, { savedInstances }) => sum + savedInstances, 0),
    ...(told && { bytes: stats.totalSizeBytes + others }),
    errors: stats.errors.map(({ error }) => error.message),
  }
}

/** Fetches what is missing; stopped, it can be called again, by another page as well. Then reads all of it back. */
export async function runDownload(
  from: DownloadFrom,
  where: DownloadWhere,
  { signal, progress }: CallContext,
): Promise<DownloadReport> {
  const directory = directoryOf(where)
  const tell = (told: DownloadProgress) => progress(told)
  const job = createDownload({ store: from.store, directory, hashing: webHashing }).download(from.studies, {
    zip: where === 'zip',
    signal,
  })
  let files = 0
  let bytes = 0
  job.onProgress(({ bytesDownloaded }) => {
    bytes += bytesDownloaded
    tell({ step: 'fetching', files, bytes })
  })
  job.onSave(() => {
    files += 1
    tell({ step: 'fetching', files, bytes })
  })
  const result = from.studies.length === 0 ? { complete: true, files: [] as string[], errors: [] } : await job.start()
  throwIfStopped(signal)
  const errors = result.errors.map(({ file, error }) => ({
    file: file ?? '',
    message: error.message,
    code: error.code,
  }))
  const saved = [...result.files]
  for (const { path, size } of from.others) {
    try {
      const there = await directory.find(path)
      if (there?.size !== size || size === undefined) {
        const { body } = await from.store.read(path, undefined, { signal })
        await directory.write({ path, ...(size !== undefined && { size }) }, body, { signal })
      }
      saved.push(path)
    } catch (error) {
      throwIfStopped(signal)
      errors.push({ file: path, ...failureOf(error) })
    }
  }
  const table: DownloadedFile[] = []
  for (const path of saved.sort()) {
    throwIfStopped(signal)
    table.push(await digestOf(directory, path, signal))
    tell({ step: 'digesting', files: table.length, bytes })
  }
  const complete = result.complete && errors.length === 0
  const zipped = where === 'zip' && complete
  if (zipped) for (const path of result.files) await directory.remove(path)
  return { complete, files: table, errors, offered: zipped ? offeredOf(from) : [] }
}

/** What is no study is in no zip: it comes as it is. */
function offeredOf({ studies, others }: DownloadFrom): string[] {
  return [...studies.map((study) => `${study}.zip`), ...others.map(({ path }) => path)]
}

/** A file of the private folder, to be offered by the page. */
export async function takeFile(path: string): Promise<File> {
  const segments = path.split('/')
  const name = segments.pop() ?? ''
  const folder = await privateFolder([zipFolder, ...segments].join('/'))
  return (await (await folder.getFileHandle(name)).getFile()) as File
}

async function digestOf(directory: Store, path: string, signal: Signal): Promise<DownloadedFile> {
  const { body } = await directory.read(path, undefined, { signal })
  const hasher = webHashing('sha256')
  let size = 0
  for await (const chunk of body) {
    hasher?.update(chunk)
    size += chunk.length
  }
  return { path, size, sha256: hasher?.digest() ?? '' }
}

function directoryOf(where: DownloadWhere): Store {
  const root = async (): Promise<DirectoryHandle> => {
    if (where === 'private') return await privateFolder('gantry/studies')
    if (where === 'zip') return await privateFolder(zipFolder)
    return where
  }
  return new Store(browser({ root }))
}

function failureOf(error: unknown): { readonly code: ErrorCode; readonly message: string } {
  if (isGantryError(error)) return { code: error.code, message: error.message }
  return { code: 'internal', message: 'Something failed in a way that nobody expected.' }
}

function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted) throw new GantryError('cancelled', 'Stopped on request.')
}

/** The studies of a store whose entries say what they are, and what is none. */
export async function wholeOf(store: Store, signal: Signal): Promise<DownloadFrom> {
  const studies = new Set<string>()
  const others: Entry[] = []
  for await (const entry of store.list({}, { signal })) {
    if (entry.image === undefined) others.push(entry)
    else studies.add(entry.image.studyInstanceUID)
  }
  return { store, studies: [...studies], others }
}
