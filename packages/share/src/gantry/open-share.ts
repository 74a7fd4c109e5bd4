import { type AgeKey, identityBytes } from '@gantry/age'
import { type ErrorCode, GantryError, isGantryError, isPath, parseBoundedJson, type Source } from '@gantry/core'

import { isLocked } from '../hub-client/is-locked.ts'
import type { KeptShare } from '../keeper/share-keeper.ts'
import { openObject } from '../sealing/open-object.ts'
import { type AskPassphrase, shareKeyOf } from '../secret/key-lock.ts'
import { longestMetadata } from '../secret/metadata.ts'
import { isShareId, parseSecretLink, shareAddressOf } from '../secret/secret-link.ts'
import { sourcesIn } from '../sources/sources-in.ts'
import { checkSource, checkText } from './checks.ts'
import type { Context } from './context.ts'
import { callOf, type CallSettings } from './result.ts'

export interface OpenSettings extends CallSettings {
  /** Of a share that needs one besides its link; a function is called only if it does, within one open. */
  readonly passphrase?: string | AskPassphrase | undefined
  /**
   * `AGE-SECRET-KEY-1...` of one of the share's `recipients`, who needs neither the key in the link nor a passphrase. In place
   * of a secret he may give the link without what is behind the `#`, the share's id, or the path of its metadata in the store.
   */
  readonly identity?: string | undefined
}

interface Opening {
  readonly kept: Omit<KeptShare, 'keyLock'>
  readonly key: AgeKey
  /** What is said where the key does not open what is kept. */
  readonly refusal: { readonly codes: ReadonlySet<ErrorCode>; readonly code: ErrorCode; readonly message: string }
}

/** The state that a secret opens; its objects can be read from then on. */
export async function openShare(context: Context, secret: string, settings: OpenSettings): Promise<unknown> {
  const { cipher } = context.options.platform
  const call = callOf(settings)
  const { kept, key, refusal } = await (settings.identity === undefined
    ? bySecret(context, secret, settings)
    : byIdentity(context, secret, settings.identity, settings))
  const limit = longestMetadata + 64 * 1024
  const opening = openObject(kept.store, { path: kept.metadata }, key, {
    cipher,
    limit,
    onProgress: settings.onProgress,
    ...call,
  })
  const bytes = await opening.catch((error: unknown) => {
    if (!isGantryError(error) || error.store !== undefined || !refusal.codes.has(error.code)) throw error
    throw new GantryError(refusal.code, refusal.message, { cause: error })
  })
  const state = parseBoundedJson(new TextDecoder().decode(bytes))
  context.opened.remember(state, kept.store)
  return state
}

async function bySecret(context: Context, secret: string, settings: OpenSettings): Promise<Opening> {
  const link = parseSecretLink(checkText(secret, 'A secret'))
  const { passphrase: given } = settings
  if (given !== undefined && typeof given !== 'function') checkText(given, 'A passphrase')
  const opener = context.opener(link.hub)
  const open = async (passphrase?: 'none') => await opener.open(link.id, { ...callOf(settings), passphrase })
  let passphrase = given
  let kept: KeptShare
  if (typeof given === 'string' && given !== '') kept = await open()
  else {
    try {
      kept = await open('none')
    } catch (error) {
      if (typeof given !== 'function' || !isLocked(error)) throw error
      // Who does not know it shall not use the share up.
      const first = await given(1)
      if (first === undefined || first === '') throw error
      passphrase = async (attempt) => (attempt === 1 ? first : await given(attempt))
      kept = await open()
    }
  }
  const { cipher } = context.options.platform
  const identity = await shareKeyOf(link, { cipher, keyLock: kept.keyLock, passphrase })
  return { kept, key: { identity }, refusal: notAsMade }
}

async function byIdentity(context: Context, share: string, identity: string, settings: OpenSettings): Promise<Opening> {
  identityBytes(checkText(identity, 'An identity'))
  const text = checkText(share, 'What names a share')
  return { kept: await keptOf(context, text, settings), key: { identity }, refusal: noRecipient }
}

/** By its link, its id, or the path of its metadata. */
async function keptOf(context: Context, share: string, settings: OpenSettings): Promise<Opening['kept']> {
  const address = shareAddressOf(share)
  if (address !== undefined) return await context.opener(address.hub).open(address.id, callOf(settings))
  if (isShareId(share)) return await context.keeper.open(share, callOf(settings))
  if (isPath(share)) return { metadata: share, store: context.store }
  throw new GantryError('invalid', 'A share is named by its link, its id, or the path of its metadata.')
}

/** What age says of bytes that are not those that were encrypted to this key; what a store says names the store. */
const notAsMade: Opening['refusal'] = {
  codes: new Set(['invalid', 'unsupported', 'permission_denied']),
  code: 'integrity',
  message: 'The share cannot be decrypted: the link is not as it was made, or what is kept of it was changed.',
}

const noRecipient: Opening['refusal'] = {
  codes: new Set(['permission_denied']),
  code: 'permission_denied',
  message: 'This identity opens nothing of the share: it is none of its recipients, or that is no metadata.',
}

/** A source, or all those that a secret opens. */
export async function sourcesOf(
  context: Context,
  given: Source | string,
  settings: OpenSettings,
): Promise<readonly Source[]> {
  if (typeof given !== 'string') return [checkSource(given)]
  // Of what is to be loaded, the metadata is none.
  return [...sourcesIn(await openShare(context, given, { ...settings, onProgress: undefined }))]
}
