import { isGantryError, type Source, type Store } from '@gantry/core'
import { hubStore } from '@gantry/hub-store/node'
import { bytesInput, type Gantry } from '@gantry/share'
import { nodePlatform } from '@gantry/share/node'
import { phantom, type PhantomOptions } from '@gantry/testkit/phantom'

import { nodeGantry, valueOf } from './node-gantry.ts'

type Entries = Extract<Source, { kind: 'entries' }>

/** What is in one share. */
export interface Shared {
  readonly secret: string
  readonly id: string
  /** Serialized workspaces. */
  readonly json: readonly unknown[]
  readonly sources: readonly Entries[]
  /** Plaintext by the files' names. */
  readonly files: ReadonlyMap<string, Buffer>
}

/** Shares bytes of any kind, each as a source of its own; they are called `0.bin`, `1.bin` and so on. */
export async function shareBytes(gantry: Gantry, contents: readonly Uint8Array[]): Promise<Shared> {
  const sources: Entries[] = []
  const files = new Map<string, Buffer>()
  for (const [index, bytes] of contents.entries()) {
    const name = `${index}.bin`
    sources.push(valueOf(await gantry.storage.upload({ data: bytesInput(name, bytes) })).source as Entries)
    files.set(name, Buffer.from(bytes))
  }
  return await share(gantry, [workspaceOf(...sources)], sources, files)
}

/** Shares a phantom's series: one source of as many objects as there are slices, all of one length. */
export async function shareSeries(gantry: Gantry, options: PhantomOptions): Promise<Shared> {
  const files = new Map<string, Buffer>()
  for await (const { path, bytes } of phantom(options)) files.set(path, Buffer.from(bytes))
  const volumes = valueOf(await gantry.med.loadFromFiles([...files].map(([name, bytes]) => bytesInput(name, bytes))))
  const workspace = valueOf(await gantry.workspace.create(volumes))
  const ensured = valueOf(await gantry.workspace.ensureSources(workspace))
  const json = valueOf(await gantry.workspace.serialize(workspace))
  const sources = ensured.map(({ source }) => source as Entries)
  return await share(gantry, json, sources, files)
}

async function share(
  gantry: Gantry,
  json: readonly unknown[],
  sources: readonly Entries[],
  files: ReadonlyMap<string, Buffer>,
): Promise<Shared> {
  const { secret, id } = valueOf(await gantry.storage.uploadMetadata(json))
  return { secret, id, json, sources, files }
}

export function workspaceOf(...sources: readonly Source[]): object {
  const volumes = sources.map((source, index) => ({ id: `volume-${index}`, source }))
  const empty = { geometries: [], shapes: [], segmentations: [], views: [], tags: {} }
  return { type: 'workspace', id: 'bytes', version: 1, volumes, ...empty }
}

/** Whoever has the secret; `trusting` does not look at what the hub says of checksums, so that age is alone. */
export function reader({ trusting = true }: { readonly trusting?: boolean } = {}): Gantry {
  const platform = nodePlatform({ openHubStore: (options) => hubStore({ ...options, verifyReads: !trusting }) })
  return nodeGantry({ platform })
}

/** The files that a secret opens, nothing of them read yet. */
export async function openShared(gantry: Gantry, json: unknown): Promise<Store> {
  return valueOf(await gantry.workspace.openFiles(json as unknown[]))
}

/** What came of a read: the bytes before it ended, and the code of the error that ended it. */
export async function readSome(
  store: Store,
  name: string,
  range?: { readonly start: number; readonly end: number },
): Promise<{ readonly bytes: Buffer; readonly code: string }> {
  const chunks: Buffer[] = []
  try {
    const { body } = await store.read(name, range)
    for await (const chunk of body) chunks.push(Buffer.from(chunk))
    return { bytes: Buffer.concat(chunks), code: 'ok' }
  } catch (error) {
    if (!isGantryError(error)) throw error
    return { bytes: Buffer.concat(chunks), code: error.code }
  }
}
