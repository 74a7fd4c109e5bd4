import { GantryError } from '@gantry/core'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'

/** A shorter key could be guessed. */
const shortestKey = 16
/** UIDs and patients that are remembered: those of a series come again with every image. */
const mostRemembered = 4096
/** How many days earlier dates are at least and at most. */
const leastShift = 30
const mostShift = 3650

/** Root of UIDs that are made from a UUID (PS3.5 B.2). */
const uuidRoot = '2.25.'
/** Of what the standard itself defines: frames of reference of atlases, colour palettes. */
const standard = /^1\.2\.840\.10008\.[\d.]*$/u

/** All that replaces what identifies, derived from it by a key: the same within a project, and unknown without the key. */
export class KeyedHash {
  readonly #hmac: ReturnType<typeof hmac.create>
  readonly #uids = new Map<string, string>()
  readonly #days = new Map<string, number>()
  readonly #pseudonyms = new Map<string, string>()

  /** `key`: secret bytes of the project, 16 at least. */
  constructor(key: Uint8Array) {
    if (key.length < shortestKey) {
      throw new GantryError('invalid', `The key is too short: it takes ${shortestKey} bytes at least.`)
    }
    this.#hmac = hmac.create(sha256, key)
  }

  /** Another UID of at most 44 characters; those that the standard defines stay as they are. */
  uid(uid: string): string {
    if (standard.test(uid)) return uid
    return remembered(this.#uids, uid, () => uuidUID(this.#digest('uid', uid)))
  }

  /** What becomes of one where UIDs are retained: letters may say anything, and other de-identifiers make UIDs of them. */
  retainedUID(uid: string): string {
    return /^[\d.]*$/u.test(uid) ? uid : this.uid(uid)
  }

  /** By how many days the dates of a patient are moved: some weeks to ten years back. */
  days(patient: string): number {
    return remembered(this.#days, patient, () => {
      const number = new DataView(this.#digest('days', patient).buffer).getUint32(0)
      return -(leastShift + (number % (mostShift - leastShift + 1)))
    })
  }

  /** What a patient is called instead: 16 letters and digits. */
  pseudonym(patient: string): string {
    return remembered(this.#pseudonyms, patient, () => lettersOf(this.#digest('patient', patient), 16))
  }

  /** Another code (CS), the same for the same: 16 characters. */
  code(code: string): string {
    return `ANON_${lettersOf(this.#digest('code', code), 11)}`
  }

  /** Names a path, and tells nothing of it. */
  alias(path: string): string {
    return hex(this.#digest('path', path).subarray(0, 4))
  }

  /** Names the key, and tells nothing of it. */
  fingerprint(): string {
    return hex(this.#digest('key', '').subarray(0, 6))
  }

  #digest(use: string, value: string): Uint8Array<ArrayBuffer> {
    const text = new TextEncoder().encode(`gantry deidentify ${use}\0${value}`)
    return new Uint8Array(this.#hmac.clone().update(text).digest())
  }
}

function remembered<Value>(memory: Map<string, Value>, key: string, make: () => Value): Value {
  const known = memory.get(key)
  if (known !== undefined) return known
  const value = make()
  if (memory.size >= mostRemembered) memory.clear()
  memory.set(key, value)
  return value
}

function lettersOf(digest: Uint8Array, count: number): string {
  const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
  return Array.from(digest.subarray(0, count), (byte) => letters[byte & 31]).join('')
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function uuidUID(digest: Uint8Array<ArrayBuffer>): string {
  const view = new DataView(digest.buffer, 0, 16)
  // RFC 9562: version 8, variant 10.
  view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x80)
  view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80)
  return uuidRoot + ((view.getBigUint64(0) << 64n) | view.getBigUint64(8)).toString()
}
