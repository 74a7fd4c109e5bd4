import { GantryError } from '@gantry/core'
import { base64urlnopad } from '@scure/base'

import { isHub } from './hub-url.ts'

/** What a secret link says: where a share is, and what opens it. */
export interface SecretLink {
  /** URL of the hub, without a slash at its end; `undefined` for shares that are kept without a hub. */
  readonly hub: string | undefined
  /** Of the share: 128 random bits in base64url. */
  readonly id: string
  /** 32 bytes: of the share's own identity, or of the one that opens its key lock. */
  readonly key: Uint8Array
}

const longestLink = 2048
/** A last letter whose spare bits are zero, so that every link is written in one way only: of 22 and of 43. */
const linkPattern = /^(.+\/|gantry:)s\/([A-Za-z0-9_-]{21}[AQgw])#1\.([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])$/u
const addressPattern = /^(.+\/|gantry:)s\/([A-Za-z0-9_-]{21}[AQgw])$/u
const idPattern = /^[A-Za-z0-9_-]{21}[AQgw]$/u

/**
 * Reads a secret link: `https://hub.example/s/<id>#1.<key>`, also below a path, or `gantry:s/<id>#1.<key>`. `http:` is
 * taken for this machine only. Anything else is `invalid`, and the error does not repeat it.
 */
export function parseSecretLink(text: string): SecretLink {
  const match = text.length <= longestLink ? linkPattern.exec(text) : null
  if (match === null) throw noLink()
  const [, place = '', id = '', key = ''] = match
  const hub = place === 'gantry:' ? undefined : place.slice(0, -1)
  if (hub !== undefined && !isHub(hub)) throw noLink()
  return { hub, id, key: base64urlnopad.decode(key) }
}

/**
 * Where the share of a link is, with or without the part behind the `#`; `undefined` for what is no link. For who opens it by
 * a key of their own.
 */
export function shareAddressOf(text: string): Pick<SecretLink, 'hub' | 'id'> | undefined {
  if (text.length > longestLink) return undefined
  const [, place, id = ''] = addressPattern.exec(text.replace(/#.*$/su, '')) ?? []
  if (place === undefined) return undefined
  const hub = place === 'gantry:' ? undefined : place.slice(0, -1)
  return hub === undefined || isHub(hub) ? { hub, id } : undefined
}

/** Writes a secret link; `invalid` unless `parseSecretLink` reads the same from it. */
export function printSecretLink({ hub, id, key }: SecretLink): string {
  if (!isShareId(id)) throw invalid('The id of a share is 128 bits in base64url.')
  if (key.length !== 32) throw invalid('The key of a share has 32 bytes.')
  if (hub !== undefined && !isHub(hub)) {
    throw invalid(
      'The URL of a hub is https: (or http: on this machine), with a path at most, and no slash at its end.',
    )
  }
  const link = `${hub === undefined ? 'gantry:' : `${hub}/`}s/${id}#1.${base64urlnopad.encode(key)}`
  if (link.length > longestLink) throw invalid(`The link would be longer than ${longestLink} characters.`)
  return link
}

export function isShareId(text: string): boolean {
  return idPattern.test(text)
}

function noLink(): GantryError {
  return invalid('This is no secret link of a share: copy all of it, with the part behind the #.')
}

function invalid(message: string): GantryError {
  return new GantryError('invalid', message)
}
