import { type ErrorCode, GantryError, isGantryError, parseBoundedJson, type Source } from '@gantry/core'

import { openObject } from '../sealing/open-object.ts'
import { type AskPassphrase, shareKeyOf } from '../secret/key-lock.ts'
import { longestMetadata } from '../secret/metadata.ts'
import { parseSecretLink } from '../secret/secret-link.ts'
import { sourcesIn } from '../sources/sources-in.ts'
import { checkSource, checkText } from './checks.ts'
import type { Context } from './context.ts'
import { callOf, type CallSettings } from './result.ts'

export interface OpenSettings extends CallSettings {
  /** Of a share that needs one besides its link; a function is called only if it does, within one open. */
  readonly passphrase?: string | AskPassphrase | undefined
}

/** What age says of bytes that are not those that were encrypted to this key; what a store says names the store. */
const undecipherable: ReadonlySet<ErrorCode> = new Set(['invalid', 'unsupported', 'permission_denied'])

/** The state that a secret opens; its objects can be read from then on. */
export async function openShare(context: Context, secret: string, settings: OpenSettings): Promise<unknown> {
  const link = parseSecretLink(checkText(secret, 'A secret'))
  const { passphrase } = settings
  if (passphrase !== undefined && typeof passphrase !== 'function') checkText(passphrase, 'A passphrase')
  const { cipher } = context.options.platform
  const call = callOf(settings)
  const kept = await context.opener(link.hub).open(link.id, call)
  const identity = await shareKeyOf(link, { cipher, keyLock: kept.keyLock, passphrase })
  const limit = longestMetadata + 64 * 1024
  const opening = openObject(kept.store, { path: kept.metadata }, { identity }, { cipher, limit, ...call })
  const bytes = await opening.catch((error: unknown) => {
    if (!isGantryError(error) || error.store !== undefined || !undecipherable.has(error.code)) throw error
    const message = 'The share cannot be decrypted: the link is not as it was made, or what is kept of it was changed.'
    throw new GantryError('integrity', message, { cause: error })
  })
  const state = parseBoundedJson(new TextDecoder().decode(bytes))
  context.opened.remember(state, kept.store)
  return state
}

/** A source, or all those that a secret opens. */
export async function sourcesOf(
  context: Context,
  given: Source | string,
  settings: OpenSettings,
): Promise<readonly Source[]> {
  if (typeof given !== 'string') return [checkSource(given)]
  return [...sourcesIn(await openShare(context, given, settings))]
}
