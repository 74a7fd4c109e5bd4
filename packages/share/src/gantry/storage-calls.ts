import { collect, GantryError, parseBoundedJson, type Source } from '@gantry/core'

import { identityBytes, generateIdentity } from '../age/identity.ts'
import { blobInput, type WebFile } from '../formats/input/blob-input.ts'
import { bytesInput } from '../formats/input/bytes-input.ts'
import type { FileInput } from '../formats/input/file-input.ts'
import { openObject } from '../sealing/open-object.ts'
import { randomName } from '../sealing/sealed-item.ts'
import { type AskPassphrase, lockShareKey, shareKeyOf } from '../secret/key-lock.ts'
import { longestMetadata, sealMetadata } from '../secret/metadata.ts'
import { parseSecretLink, printSecretLink } from '../secret/secret-link.ts'
import { ensureSources } from '../sources/ensure-sources.ts'
import { inputsStore } from '../sources/inputs-store.ts'
import { filesOf } from '../sources/source-files.ts'
import { sourcesIn } from '../sources/sources-in.ts'
import type { Context } from './context.ts'
import { parseExpiresIn } from './expires-in.ts'
import { checkSource } from './med-calls.ts'
import { callOf, type CallSettings, type Result, resultOf } from './result.ts'

/** Any bytes: an attachment, a thumbnail, a report. */
export interface Asset {
  readonly data: Uint8Array | WebFile | FileInput
  /** Media type. */
  readonly type?: string
  readonly name?: string
}

export interface LoadedAsset {
  readonly name: string
  readonly type?: string | undefined
  readonly data: Uint8Array
}

export interface MetadataSettings extends CallSettings {
  /** Seconds, or such as `7d`. Default: until it is revoked. */
  readonly expiresIn?: string | number | undefined
  readonly maxOpens?: number | undefined
  /** Opening needs an access token of the hub as well. */
  readonly tokenRequired?: boolean | undefined
  /** Opening needs it besides the link. */
  readonly passphrase?: string | undefined
}

export interface OpenSettings extends CallSettings {
  readonly passphrase?: string | AskPassphrase | undefined
}

export interface SharedMetadata {
  /** The link that opens it: whoever has it can. */
  readonly secret: string
  /** The same, by the seed's name. */
  readonly source: string
  /** What its owner revokes it by; opens nothing. */
  readonly id: string
}

/** Bytes, and states that a secret opens. */
export interface StorageCalls {
  upload(
    asset: Asset,
    settings?: CallSettings,
  ): Promise<Result<{ readonly source: Source; readonly uploaded: boolean }>>
  /** Up to `limit` bytes in memory (64 MiB if not given); `invalid` for more. */
  loadFromSource(source: Source, settings?: CallSettings & { readonly limit?: number }): Promise<Result<LoadedAsset>>
  /** Encrypts any JSON, serialized workspaces as a rule, and makes a share of it and of all sources that it names. */
  uploadMetadata(state: unknown, settings?: MetadataSettings): Promise<Result<SharedMetadata>>
  /** What a secret opens. A passphrase that is a function is called only if one is needed, within one open. */
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
    upload: async (asset, settings = {}) =>
      await resultOf(async () => {
        const input = inputOf(asset)
        const file = { name: input.name, size: input.size, input }
        const [ensured] = await ensureSources(context, [{ files: [file], source: undefined }], settings)
        if (ensured?.source === undefined) throw ensured?.error ?? new GantryError('internal', 'Nothing was uploaded.')
        return { source: withType(ensured.source, asset.type), uploaded: ensured.uploaded }
      }),
    loadFromSource: async (source, settings = {}) =>
      await resultOf(async () => {
        const checked = checkSource(source)
        const call = callOf(settings)
        const [file, second] = await filesOf(context, checked, call)
        if (file === undefined || second !== undefined) {
          throw new GantryError('invalid', 'The source is not of one file: load it as a volume or geometry.')
        }
        const data = await collect(await file.input.read(undefined, call), settings.limit ?? defaultLimit)
        const type = checked.kind === 'entries' ? checked.entries[0]?.type : undefined
        return { name: file.name, data, ...(type !== undefined && { type }) }
      }),
    uploadMetadata: async (state, settings = {}) => await resultOf(async () => await share(context, state, settings)),
    loadMetadata: async <State>(secret: string, settings = {}) =>
      await resultOf(async () => (await open(context, secret, settings)) as State),
    lockSources: async (sources, settings = {}) =>
      await resultOf(async () => {
        const paths = objectsOf(context, sources)
        if (paths.length > 0) await context.keeper.lock(paths, callOf(settings))
      }),
  }
}

async function share(context: Context, state: unknown, settings: MetadataSettings): Promise<SharedMetadata> {
  const { keeper, store, folder } = context
  const { platform, recipients = [] } = context.options
  const { passphrase, maxOpens, tokenRequired, signal } = settings
  const expiresIn = settings.expiresIn === undefined ? undefined : parseExpiresIn(settings.expiresIn)
  const text = JSON.stringify(state) as string | undefined
  if (text === undefined) throw new GantryError('invalid', 'What is to be shared cannot be written as JSON.')
  const identity = await generateIdentity()
  const locked = passphrase === undefined ? undefined : await lockShareKey(identity, passphrase, platform.cipher)
  const sealed = await sealMetadata(new TextEncoder().encode(text), identity, { cipher: platform.cipher, recipients })
  const id = randomName()
  const metadata = `${folder}/${randomName()}`
  const from = inputsStore([{ path: metadata, input: bytesInput(metadata, sealed) }])
  const name = `metadata-${metadata
    .slice(folder.length + 1)
    .toLowerCase()
    .replaceAll('_', '-')}`
  const [failure] = await platform.transfer({ name, from, to: store, signal })
  if (failure !== undefined) throw failure.error
  const objects = objectsOf(context, state)
  const terms = { expiresIn, maxOpens, tokenRequired }
  await keeper.create({ id, metadata, objects, keyLock: locked?.keyLock, ...terms }, callOf(settings))
  const secret = printSecretLink({ hub: keeper.hub, id, key: locked?.key ?? identityBytes(identity) })
  return { secret, source: secret, id }
}

async function open(context: Context, secret: string, settings: OpenSettings): Promise<unknown> {
  const link = parseSecretLink(secret)
  const { cipher } = context.options.platform
  const keeper = link.hub === undefined ? context.keeper : context.keeperOf(link.hub)
  const call = callOf(settings)
  const kept = await keeper.open(link.id, call)
  const identity = await shareKeyOf(link, { cipher, keyLock: kept.keyLock, passphrase: settings.passphrase })
  const limit = longestMetadata + 64 * 1024
  const bytes = await openObject(kept.store, { path: kept.metadata }, { identity }, { cipher, limit, ...call })
  const state = parseBoundedJson(new TextDecoder().decode(bytes))
  context.opened.remember(state, kept.store)
  return state
}

/** Objects of the own store that a state's sources name, each once. */
function objectsOf(context: Context, state: unknown): string[] {
  const { url } = context.store
  const paths = new Set<string>()
  for (const source of sourcesIn(state)) {
    if (source.kind === 'entries' && source.store === url) for (const { path } of source.entries) paths.add(path)
  }
  return [...paths]
}

function inputOf({ data, name = 'asset' }: Asset): FileInput {
  if (data instanceof Uint8Array) return bytesInput(name, data)
  return 'read' in data ? data : blobInput(data, name)
}

function withType(source: Source, type: string | undefined): Source {
  if (type === undefined || source.kind !== 'entries') return source
  return { ...source, entries: source.entries.map((entry) => ({ ...entry, type })) }
}
