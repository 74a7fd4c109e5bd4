import { collect, GantryError, isPath, type Source, tap } from '@gantry/core'

import { bytesInput } from '../formats/input/bytes-input.ts'
import type { WebFile } from '../formats/input/blob-input.ts'
import { blobInput } from '../formats/input/blob-input.ts'
import type { FileInput } from '../formats/input/file-input.ts'
import { ensureSources } from '../sources/ensure-sources.ts'
import { filesOf } from '../sources/source-files.ts'
import { checkSource, checkText, isObject, someOf } from './checks.ts'
import type { Context } from './context.ts'
import { type EnsureSettings, keepForGood } from './ensured.ts'
import { toInput } from './load.ts'
import { makeShare, type MetadataSettings, type SharedMetadata } from './make-share.ts'
import { openShare, type OpenSettings, sourcesOf } from './open-share.ts'
import { answer, callOf, type CallSettings, type Result } from './result.ts'

/** Any bytes: an attachment, a thumbnail, a report. */
export interface Asset {
  readonly data: Uint8Array | WebFile | FileInput
  /** Media type. */
  readonly type?: string | undefined
  readonly name?: string | undefined
}

export interface LoadedAsset {
  readonly name: string
  readonly type?: string | undefined
  readonly data: Uint8Array
}

export interface LoadAssetSettings extends OpenSettings {
  /** Most bytes that are taken into memory; default: 64 MiB. */
  readonly limit?: number | undefined
}

/** Bytes, and states that a secret opens. */
export interface StorageCalls {
  upload(
    asset: Asset,
    settings?: EnsureSettings,
  ): Promise<Result<{ readonly source: Source; readonly uploaded: boolean }>>
  /** The one file of a source, or of the one source that a secret opens; `invalid` for more than `limit` bytes. */
  loadFromSource(source: Source | string, settings?: LoadAssetSettings): Promise<Result<LoadedAsset>>
  /** Encrypts any JSON, serialized workspaces as a rule, and makes a share of it and of all sources that it names. */
  uploadMetadata(state: unknown, settings?: MetadataSettings): Promise<Result<SharedMetadata>>
  /** What a secret opens. */
  loadMetadata<State = unknown>(secret: string, settings?: OpenSettings): Promise<Result<State>>
  /** Keeps sources for good that no share names, or no longer. */
  lockSources(
    sources: readonly (Source | { readonly source: Source })[],
    settings?: CallSettings,
  ): Promise<Result<void>>
}

const defaultLimit = 64 * 1024 * 1024

export function storageCalls(context: Context): StorageCalls {
  return {
    upload: async (asset, settings) => await answer(settings, async (own) => await upload(context, asset, own)),
    loadFromSource: async (source, settings) => await answer(settings, async (own) => await load(context, source, own)),
    uploadMetadata: async (state, settings) =>
      await answer(settings, async (own) => await makeShare(context, state, own)),
    loadMetadata: async <State>(secret: string, settings?: OpenSettings) =>
      await answer(settings, async (own) => (await openShare(context, secret, own)) as State),
    lockSources: async (sources, settings) =>
      await answer(settings, async (own) => {
        const locked = someOf(sources, isObject, 'a source')
        await keepForGood(
          context,
          locked.map((one) => ({ source: checkSource('source' in one ? one.source : one) })),
          own,
        )
        own.onProgress?.({ done: locked.length, total: locked.length })
      }),
  }
}

async function upload(context: Context, asset: Asset, settings: EnsureSettings) {
  const input = inputOf(asset)
  const file = { name: input.name, size: input.size, input }
  const [ensured] = await ensureSources(context, [{ files: [file], source: undefined }], settings)
  if (ensured?.source === undefined) throw ensured?.error ?? new GantryError('internal', 'Nothing was uploaded.')
  const { uploaded } = ensured
  const source = withType(ensured.source, asset.type)
  if (settings.temporary === false) await keepForGood(context, [{ source }], settings)
  return { source, uploaded }
}

async function load(context: Context, given: Source | string, settings: LoadAssetSettings): Promise<LoadedAsset> {
  const { limit = defaultLimit } = settings
  if (!Number.isSafeInteger(limit) || limit < 0) throw new GantryError('invalid', 'The limit is a number of bytes.')
  const [source, another] = await sourcesOf(context, given, settings)
  const [file, second] = source === undefined ? [] : filesOf(context, source)
  if (file === undefined || second !== undefined || another !== undefined) {
    throw new GantryError('invalid', 'The source is not of one file: load it as a volume or geometry.')
  }
  let done = 0
  const body = tap(await file.input.read(undefined, callOf(settings)), ({ length }) => {
    done += length
    settings.onProgress?.({ done, total: file.size })
  })
  const data = await collect(body, limit)
  const type = source?.kind === 'entries' ? source.entries[0]?.type : undefined
  return { name: file.name, data, ...(type !== undefined && { type }) }
}

function inputOf(asset: Asset): FileInput {
  if (!isObject(asset)) throw new GantryError('invalid', 'An asset is an object with its data.')
  const { data, name = 'asset', type } = asset
  if (type !== undefined) checkText(type, 'A media type')
  if (!isPath(checkText(name, 'The name of an asset'))) {
    throw new GantryError('invalid', 'The name of an asset is no relative path.')
  }
  if (data instanceof Uint8Array) return bytesInput(name, data)
  const input = toInput(data)
  return 'read' in data ? input : blobInput(data, name)
}

function withType(source: Source, type: string | undefined): Source {
  if (type === undefined || source.kind !== 'entries') return source
  return checkSource({ ...source, entries: source.entries.map((entry) => ({ ...entry, type })) })
}
