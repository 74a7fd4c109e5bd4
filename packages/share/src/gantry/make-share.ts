import { generateIdentity, identityBytes } from '@gantry/age'
import { GantryError, parseBoundedJson, type Source } from '@gantry/core'

import { bytesInput } from '../formats/input/bytes-input.ts'
import { randomName } from '../sealing/sealed-item.ts'
import { lockShareKey } from '../secret/key-lock.ts'
import { sealMetadata } from '../secret/metadata.ts'
import { printSecretLink } from '../secret/secret-link.ts'
import { inputsStore } from '../sources/inputs-store.ts'
import { isSealed } from '../sources/is-recorded.ts'
import { objectsOf } from '../sources/objects-of.ts'
import { sourcesIn } from '../sources/sources-in.ts'
import { checkKeys, checkText } from './checks.ts'
import type { Context } from './context.ts'
import { parseExpiresIn } from './expires-in.ts'
import { callOf, type CallSettings, throwIfAborted } from './result.ts'

export interface MetadataSettings extends CallSettings {
  /** Seconds, or such as `7d`. Default: until it is revoked. */
  readonly expiresIn?: string | number | undefined
  readonly maxOpens?: number | undefined
  /** Opening needs an access token of the hub as well. */
  readonly tokenRequired?: boolean | undefined
  /** Opening needs it besides the link. */
  readonly passphrase?: string | undefined
}

const settingsOfMetadata = {
  expiresIn: true,
  maxOpens: true,
  tokenRequired: true,
  passphrase: true,
  signal: true,
  onProgress: true,
} as const

export interface SharedMetadata {
  /** The link that opens it: whoever has it can. */
  readonly secret: string
  /** The same, by the seed's name. */
  readonly source: string
  /** What its owner revokes it by; opens nothing. */
  readonly id: string
}

/** Encrypts a state and makes a share of it and of the sources that it names. */
export async function makeShare(context: Context, state: unknown, settings: MetadataSettings): Promise<SharedMetadata> {
  const { keeper } = context
  const { platform, recipients = [] } = context.options
  const { cipher } = platform
  const { passphrase, signal } = settings
  const onProgress = (bytes: number) =>
    settings.onProgress?.({ done: Math.min(bytes, sealed.length), total: sealed.length })
  checkKeys(settings, settingsOfMetadata, 'A share')
  const terms = termsOf(settings)
  keeper.checkTerms(terms)
  const text = textOf(state)
  const sources = [...sourcesIn(parseBoundedJson(text))]
  checkWithinReach(context, sources)
  const objects = objectsOf(keeper.store.url, sources)
  const identity = await generateIdentity()
  const locked = passphrase === undefined ? undefined : await lockShareKey(identity, passphrase, cipher)
  const sealed = await sealMetadata(new TextEncoder().encode(text), identity, { cipher, recipients })
  throwIfAborted(signal)
  const id = randomName()
  const metadata = `${await context.folderIn(keeper.store, signal)}/${randomName()}`
  try {
    const from = inputsStore([{ path: metadata, input: bytesInput(metadata, sealed) }])
    const name = `metadata-${crypto.randomUUID()}`
    const [failure] = await platform.transfer({ name, from, to: keeper.store, signal, once: true, onProgress })
    if (failure !== undefined) throw failure.error
    await keeper.create({ id, metadata, objects, keyLock: locked?.keyLock, ...terms }, callOf(settings))
  } catch (error) {
    // Nobody was told of it. Best effort: what cannot be removed is a secret that nobody has the key of.
    await keeper.store.remove(metadata).catch(() => {})
    throw error
  }
  const secret = printSecretLink({ hub: keeper.hub, id, key: locked?.key ?? identityBytes(identity) })
  return { secret, source: secret, id }
}

/** A link whose images nobody can read is worse than none. */
function checkWithinReach(context: Context, sources: readonly Source[]): void {
  const foreign = sources.filter(isSealed).find(({ store }) => context.ownStore(store) === undefined)
  if (foreign === undefined) return
  const [first] = foreign.entries
  throw new GantryError(
    'precondition_failed',
    'An image of what is to be shared is encrypted in another store, and only the share that opened it can read it there: call ensureSources, and share what serialize gives then.',
    first === undefined ? {} : { path: first.name ?? first.path },
  )
}

function termsOf({ expiresIn, maxOpens, tokenRequired, passphrase }: MetadataSettings) {
  if (passphrase !== undefined && checkText(passphrase, 'A passphrase') === '') {
    throw new GantryError('invalid', 'The passphrase is empty.')
  }
  if (maxOpens !== undefined && maxOpens > Number.MAX_SAFE_INTEGER) {
    throw new GantryError(
      'invalid',
      `A share can be opened ${Number.MAX_SAFE_INTEGER} times at most: leave maxOpens out.`,
    )
  }
  if (maxOpens !== undefined && !(Number.isSafeInteger(maxOpens) && maxOpens > 0)) {
    throw new GantryError('invalid', 'How often a share can be opened is a whole number, 1 at least.')
  }
  if (tokenRequired !== undefined && typeof tokenRequired !== 'boolean') {
    throw new GantryError('invalid', 'Whether a token is required is true or false.')
  }
  return { expiresIn: expiresIn === undefined ? undefined : parseExpiresIn(expiresIn), maxOpens, tokenRequired }
}

/** As JSON that `loadMetadata` will take. */
function textOf(state: unknown): string {
  let text: string | undefined
  try {
    text = JSON.stringify(state) as string | undefined
  } catch {
    // Cycles, bigints, or a toJSON of its own that throws.
  }
  if (text !== undefined) return text
  throw new GantryError('invalid', 'What is to be shared cannot be written as JSON.')
}
