import { readFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { Store } from '@gantry/core'
import { entrySource, readImage } from '@gantry/dicom'
import { fs } from '@gantry/fs'
import {
  createJobSpec,
  type Identify,
  type Journal,
  memoryJournal,
  type NewJob,
  nodeHashing,
  openJob,
} from '@gantry/transfer'

import { archiving } from '../archive/archiving.ts'
import { settleArchive, type Settled } from '../archive/settle-archive.ts'
import type { SettleOptions } from '../archive/settle-options.ts'
import type { Catalogue } from '../catalogue.ts'
import type { SessionName } from '../records/place-rows.ts'
import { keptAttributes } from '../lines/catalogue-line.ts'
import type { Target } from '../records/target.ts'
import { archivedView } from '../restore/archived-view.ts'
import { chooseReceipts } from '../restore/choose.ts'
import { comparedByBytes } from '../restore/compared-by-bytes.ts'

/** As the command line does it. */
export const identify: Identify = async (store, entry, { signal }) => {
  const source = entrySource(store, entry, { signal })
  return await readImage(source, { keywords: [...keptAttributes], checkPixelData: false }).catch(() => undefined)
}

export interface ArchiveRequest extends Partial<SettleOptions> {
  readonly location: string
  readonly session: SessionName
  readonly catalogue: Catalogue
  readonly from: Store
  readonly to: Store
  readonly spec?: Partial<NewJob>
}

export async function archiveAll(request: ArchiveRequest): Promise<Settled & { readonly moved: number }> {
  const { catalogue, from, to, spec = {} } = request
  const own: Journal = request.journal ?? memoryJournal(createJobSpec({ from: 'a', to: 'b', ...spec }))
  const place = { catalogue, from, to, location: request.location, hashing: nodeHashing }
  const { journal, layout, to: kept } = archiving({ ...place, journal: own })
  const job = await openJob({ from, to: kept, journal, layout, identify })
  const result = await job.run()
  const signal = new AbortController().signal
  const settled = await settleArchive({
    hashing: nodeHashing,
    who: 'ada',
    signal,
    ...request,
    journal,
    completed: result.phase === 'completed',
  })
  return { ...settled, moved: result.progress.done.entries }
}

export async function restoreAll(request: {
  readonly catalogue: Catalogue
  readonly target: Target
  readonly from: Store
  readonly location: string
  readonly to: Store
}): Promise<{ readonly failed: number; readonly skipped: number; readonly done: number }> {
  const { catalogue, target, from, location, to } = request
  async function* receipts() {
    for await (const one of chooseReceipts(catalogue, target)) if (one.location === location) yield one
  }
  const view = new Store(archivedView({ catalogue, store: from, location, receipts }))
  const journal = memoryJournal(createJobSpec({ from: 'archive:x', to: 'b' }))
  const job = await openJob({
    from: view,
    to: comparedByBytes(to, nodeHashing),
    journal,
    retryTiming: { base: 1, longest: 2 },
  })
  const { progress } = await job.run()
  await journal.close()
  return { failed: progress.failed.entries, skipped: progress.skipped.entries, done: progress.done.entries }
}

export function folderStore(folder: string): Store {
  return new Store(fs({ root: folder }))
}

export async function filesIn(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && !path.includes('/.gantry'))
      files.set(path.slice(folder.length + 1), (await readFile(path)).toString('hex'))
  }
  return files
}

export async function put(folder: string, path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), content)
}
