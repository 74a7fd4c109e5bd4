import { randomUUID } from 'node:crypto'
import { crc32 } from 'node:zlib'

import { comparePaths, googleStatusOf, isAtOrBelow } from '@gantry/core'
import type { ErrorCode } from '@gantry/core/driver'
import type { HubObject } from '@gantry/core/hub'

/** What the hub of the tests says no with. */
export class Refused extends Error {
  readonly status: number
  readonly code: ErrorCode

  constructor(status: number, code: ErrorCode) {
    super(code)
    this.status = status
    this.code = code
  }

  answer(): Response {
    const error = { code: this.status, status: googleStatusOf(this.code), message: 'Refused.' }
    return Response.json({ error }, { status: this.status })
  }
}

export const crcOf = (bytes: Uint8Array) => crc32(bytes).toString(16).padStart(8, '0')

interface Kept {
  readonly object: HubObject
  readonly bytes: Uint8Array
}

export interface Terms {
  readonly modified?: number | undefined
  readonly contentType?: string | undefined
  readonly ifAbsent?: boolean | undefined
  readonly ifVersion?: string | undefined
}

/** Objects of the hub of the tests. */
export class Stored {
  readonly #kept = new Map<string, Kept>()

  find(path: string): Kept {
    const kept = this.#kept.get(path)
    if (kept === undefined) throw new Refused(404, 'not_found')
    return kept
  }

  put(path: string, bytes: Uint8Array, terms: Terms): HubObject {
    const before = this.#kept.get(path)?.object.version
    if (terms.ifAbsent === true && before !== undefined) throw new Refused(409, 'already_exists')
    if (terms.ifVersion !== undefined && terms.ifVersion !== before) throw new Refused(412, 'precondition_failed')
    const { modified = Date.now(), contentType } = terms
    const digests = { crc32: crcOf(bytes) }
    const object: HubObject = { path, size: bytes.length, version: randomUUID(), modified, digests, contentType }
    this.#kept.set(path, { object, bytes })
    return object
  }

  remove(path: string): void {
    this.find(path)
    this.#kept.delete(path)
  }

  list(prefix: string, after: string, limit: number): { objects: HubObject[]; next?: string } {
    const paths = [...this.#kept.keys()].filter((path) => isAtOrBelow(path, prefix)).toSorted(comparePaths)
    const rest = paths.filter((path) => after === '' || comparePaths(path, after) > 0)
    const objects = rest.slice(0, limit).map((path) => this.find(path).object)
    const last = objects.at(-1)
    return { objects, ...(rest.length > limit && last !== undefined && { next: last.path }) }
  }
}
