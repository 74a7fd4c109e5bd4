import {
  type Bytes,
  type Call,
  type Entry,
  GantryError,
  isGantryError,
  type NewEntry,
  type Part,
  type ResumableAbility,
  type ResumableDriver,
  type StoredPart,
  tap,
  type Upload,
  wrongLength,
} from '@gantry/core/driver'
import { hubObjectSchema, hubPartSchema, hubPartsSchema, hubUploadSchema, hubUploadsSchema } from '@gantry/core/hub'
import { Gatherer, type Stream } from '@gantry/http'

import { hexOf } from '../bytes/crc32.ts'
import { entryOfObject } from '../object/entry-of.ts'
import { asConflict, corrupted, octets, timeOf } from '../object/put.ts'
import type { Service } from '../service.ts'

const mebibyte = 1024 * 1024
/** The wire's limit. */
export const mostParts = 10_000
/** Longest part that passes as a stream. */
export const mostPartBytes = 1024 * mebibyte
/** Longest part that is gathered, where bodies cannot be streams. */
const mostGathered = 64 * mebibyte

/** Uploads in parts. What survives the process is the upload's id and what the hub says of it. */
export class Uploads implements ResumableDriver {
  readonly #service: Service

  constructor(service: Service) {
    this.#service = service
  }

  get ability(): ResumableAbility {
    const maxPartSize = this.#service.transport.streams ? mostPartBytes : mostGathered
    return { minPartSize: 1, maxPartSize, maxParts: mostParts, parallel: true }
  }

  async begin(entry: NewEntry, call: Call): Promise<Upload> {
    const { path, size } = entry
    const { prefix } = this.#service.options
    const request = { path: prefix + path, ...(size === undefined ? {} : { size }), ...termsOf(entry) }
    try {
      const { id, started } = await this.#service.json(
        { method: 'POST', path: ['v1', 'uploads'], ...jsonOf(request) },
        hubUploadSchema,
        call,
      )
      return { path, id, started }
    } catch (error) {
      throw asConflict(error, entry)
    }
  }

  async putPart(upload: Upload, part: Part, body: Bytes, call: Call): Promise<StoredPart> {
    const { transport, crc32 } = this.#service.options
    if (transport.streams) {
      let crc = 0
      const bytes = tap(body, (chunk) => {
        crc = crc32(chunk, crc)
      })
      return await this.#put(upload, part, { bytes, size: part.size }, () => crc, call)
    }
    const gatherer = new Gatherer(body)
    try {
      const bytes = await gatherer.take(part.size)
      if (!(await gatherer.ended())) throw wrongLength()
      return await this.putBytes(upload, part, bytes, call)
    } finally {
      gatherer.close()
    }
  }

  /** A part whose bytes are at hand: it can be sent twice. */
  async putBytes(upload: Upload, part: Part, bytes: Uint8Array, call: Call): Promise<StoredPart> {
    if (bytes.length !== part.size) throw wrongLength()
    return await this.#put(upload, part, bytes, () => this.#service.options.crc32(bytes), call)
  }

  async *listParts(upload: Upload, call: Call): AsyncGenerator<StoredPart, void, undefined> {
    const { parts } = await this.#service.json({ method: 'GET', path: pathOf(upload, 'parts') }, hubPartsSchema, call)
    yield* parts
  }

  async complete(upload: Upload, entry: NewEntry, parts: readonly StoredPart[], call: Call): Promise<Entry> {
    const sorted = parts.toSorted((a, b) => a.number - b.number)
    let size = 0
    for (const part of sorted) {
      if (part.offset !== size)
        throw new GantryError('invalid', 'The parts do not follow one another: put what is missing.')
      size += part.size
    }
    if (sorted.length === 0 || (entry.size !== undefined && entry.size !== size)) throw wrongLength()
    const request = { parts: sorted.map(({ number, tag }) => ({ number, tag })), ...termsOf(entry) }
    try {
      const path = pathOf(upload, 'complete')
      const object = await this.#service.json({ method: 'POST', path, ...jsonOf(request) }, hubObjectSchema, call)
      if (object.size !== size) throw new GantryError('integrity', 'The hub keeps another length than was sent.')
      return entryOfObject(upload.path, object)
    } catch (error) {
      throw asConflict(error, entry)
    }
  }

  async abort(upload: Upload, call: Call): Promise<void> {
    try {
      await this.#service.perform({ method: 'DELETE', path: pathOf(upload) }, call)
    } catch (error) {
      if (!isGantryError(error) || error.code !== 'not_found') throw error
    }
  }

  async *unfinished(prefix = '', call: Call): AsyncGenerator<Upload, void, undefined> {
    let after: string | undefined
    do {
      const query = { prefix: this.#service.above(prefix), after }
      const page = await this.#service.json({ method: 'GET', path: ['v1', 'uploads'], query }, hubUploadsSchema, call)
      for (const upload of page.uploads) {
        const path = this.#service.below(upload.path, prefix)
        if (path !== undefined) yield { ...upload, path }
      }
      after = page.next
    } while (after !== undefined)
  }

  async #put(
    upload: Upload,
    part: Part,
    body: Uint8Array | Stream,
    crcOf: () => number,
    call: Call,
  ): Promise<StoredPart> {
    const { number, offset, size } = part
    const request = {
      method: 'PUT',
      path: pathOf(upload, 'parts', String(number)),
      query: { offset },
      headers: { 'content-type': octets },
      body,
      repeatable: true,
    } as const
    const { tag, digests, size: stored } = await this.#service.json(request, hubPartSchema, call)
    if (stored !== size || digests.crc32 !== hexOf(crcOf())) throw corrupted()
    return { number, offset, size, tag, digests }
  }
}

function pathOf({ id }: Upload, ...more: readonly string[]): readonly string[] {
  return ['v1', 'uploads', id, ...more]
}

function jsonOf(value: object) {
  return { headers: { 'content-type': 'application/json' }, body: new TextEncoder().encode(JSON.stringify(value)) }
}

/** What is the same of begin and complete. */
function termsOf({ modified, contentType = octets, ifAbsent, ifVersion }: NewEntry) {
  return {
    ...(modified === undefined ? {} : { modified: timeOf(modified) }),
    contentType,
    ...(ifAbsent === true ? { ifAbsent } : {}),
    ...(ifAbsent !== true && ifVersion !== undefined ? { ifVersion } : {}),
  }
}
