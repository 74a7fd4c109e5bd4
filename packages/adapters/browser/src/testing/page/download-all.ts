import { cod } from '@gantry/cod'
import { Store } from '@gantry/core'
import { createDownload, type Download, type DownloadJob } from '@gantry/transfer/download'

import { browser, bucket, type DirectoryHandle, privateFolder, zipDownload } from '../../index.ts'

/** A download of COD from a bucket, as an app's page does it. */
export interface DownloadOrder {
  readonly endpoint: string
  readonly bucket: string
  /** A viewer's link, instead. */
  readonly link?: string
  readonly studies: readonly string[]
  /** The private folder that it goes to. */
  readonly folder: string
  readonly partSize: number
  /** Milliseconds in which something must move. */
  readonly stall?: number
  /** `offered`: by the browser's own downloads. */
  readonly zip?: boolean | 'offered'
}

export interface DownloadReport {
  readonly complete: boolean
  readonly errors: readonly string[]
  readonly saved: readonly string[]
  /** SHA-256 of every file that is in the folder. */
  readonly digests: Readonly<Record<string, string>>
}

let running: DownloadJob | undefined

async function openDownload(order: DownloadOrder, root: DirectoryHandle): Promise<Download<DirectoryHandle>> {
  const download = createDownload<DirectoryHandle>({
    openBucket: (where) => new Store(cod(new Store(bucket({ ...where, endpoint: order.endpoint })))),
    openDirectory: (handle) => new Store(browser({ root: handle })),
    partSize: order.partSize,
    ...(order.stall !== undefined && { stall: order.stall }),
  })
  await download.initDirectory(root)
  await download.initBucket(order.link ?? { bucket: order.bucket, bucketPrefix: 'v1/dicomweb', token: null })
  return download
}

/** All of it, and what is in the folder then. */
export async function downloadAll(order: DownloadOrder, given?: DirectoryHandle): Promise<DownloadReport> {
  const root = given ?? (await privateFolder(order.folder))
  const download = await openDownload(order, root)
  const { studies, zip = false } = order
  const job = download.download(studies, { zip: zip === 'offered' ? zipDownload() : zip, concurrency: 2 })
  running = job
  const saved: string[] = []
  job.onSave(({ file }) => saved.push(file))
  const { complete, errors } = await job.start()
  const told = errors.map(({ error }) => `${error.code}: ${error.message}`)
  return { complete, errors: told, saved: saved.toSorted(), digests: await digestsIn(root) }
}

export async function pauseDownload(): Promise<void> {
  await running?.pause()
}

/** Where the page is closed: what is there in whole files, and bytes in parts. */
export async function lookInto(folder: string): Promise<{ files: string[]; inParts: number }> {
  const store = new Store(browser({ root: () => privateFolder(folder) }))
  const files: string[] = []
  for await (const { path } of store.list()) files.push(path)
  let inParts = 0
  for await (const upload of store.uploads?.unfinished() ?? []) {
    for (const { size } of (await store.uploads?.listParts(upload)) ?? []) inParts += size
  }
  return { files, inParts }
}

async function digestsIn(root: DirectoryHandle): Promise<Record<string, string>> {
  const store = new Store(browser({ root }))
  const digests: Record<string, string> = {}
  for await (const { path } of store.list()) {
    if (!path.endsWith('.dcm')) continue
    const chunks: Uint8Array<ArrayBuffer>[] = []
    for await (const chunk of (await store.read(path)).body) chunks.push(new Uint8Array(chunk))
    const digest = await crypto.subtle.digest('SHA-256', await new Blob(chunks).arrayBuffer())
    digests[path] = hex(new Uint8Array(digest))
  }
  return digests
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
