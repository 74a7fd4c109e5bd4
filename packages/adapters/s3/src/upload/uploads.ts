import {
  type Bytes,
  type Call,
  type Entry,
  GantryError,
  type NewEntry,
  type NewPart,
  type Part,
  type ResumableDriver,
  type StoredPart,
  type Upload,
} from '@gantry/core/driver'

import type { Checksum } from '../checksum/algorithm.ts'
import { S3Failure } from '../failure.ts'
import { asConflict } from '../object/conflict.ts'
import { fitting, longestPut } from '../object/one-put.ts'
import { withChecksum } from '../object/with-checksum.ts'
import { ask } from '../service/ask.ts'
import type { Service } from '../service/service.ts'
import { begin } from './begin.ts'
import { complete } from './complete.ts'
import { checksumOfUpload, listParts } from './list-parts.ts'
import { type PartTarget, putPart, putPartBytes } from './put-part.ts'
import { unfinished } from './unfinished.ts'

/** S3's limit. */
export const mostParts = 10_000
/** Checksums of that many uploads are remembered; those of others are asked for again. */
const mostRemembered = 1000

/** Multipart uploads. What survives the process is the upload's id and what S3 says of it. */
export class Uploads implements ResumableDriver {
  readonly #service: Service
  /** The checksum that each upload was begun with, which its parts have to come with. */
  readonly #checksums = new Map<string, Promise<Checksum | undefined>>()

  constructor(service: Service) {
    this.#service = service
  }

  /** Where the service has no uploads in parts, that is remembered, and what has its bytes still goes otherwise. */
  async begin(entry: NewEntry, call: Call): Promise<Upload> {
    const { traits } = this.#service
    if (!this.#service.uploadsInParts) throw noParts(entry)
    try {
      return await withChecksum(this.#service, async ({ checksum }) => {
        const upload = await begin(this.#service, entry, checksum, call)
        this.#remember(upload, Promise.resolve(checksum))
        return upload
      })
    } catch (error) {
      if (!(error instanceof S3Failure) || (error.status !== 501 && error.status !== 405))
        throw asConflict(error, entry)
      traits.refuseParts()
      throw noParts(entry, error)
    }
  }

  async putPart(upload: Upload, part: NewPart, body: Bytes, call: Call): Promise<StoredPart> {
    return await putPart(await this.#targetOf(upload, call), part, body, call)
  }

  async putBytes(upload: Upload, part: Part, bytes: Uint8Array, call: Call): Promise<StoredPart> {
    return await putPartBytes(await this.#targetOf(upload, call), part, bytes, call)
  }

  listParts(upload: Upload, call: Call): AsyncIterable<StoredPart> {
    return listParts(this.#service, upload, call)
  }

  async complete(upload: Upload, entry: NewEntry, parts: readonly StoredPart[], call: Call): Promise<Entry> {
    const checksum = await this.#checksumToComplete(upload, parts, call)
    const stored = await complete(this.#service, upload, entry, parts, checksum, call)
    this.#checksums.delete(nameOf(upload))
    return stored
  }

  async abort(upload: Upload, call: Call): Promise<void> {
    const { AbortMultipartUploadCommand } = await import('@aws-sdk/client-s3')
    const { settings } = this.#service
    const command = new AbortMultipartUploadCommand({
      Bucket: settings.bucket,
      Key: this.#service.keyOf(upload.path),
      UploadId: upload.id,
    })
    this.#checksums.delete(nameOf(upload))
    try {
      await ask(this.#service, call, async (client, options) => await client.send(command, options))
    } catch (error) {
      if (!(error instanceof S3Failure) || error.s3Code !== 'NoSuchUpload') throw error
    }
  }

  unfinished(prefix: string | undefined, call: Call): AsyncIterable<Upload> {
    return unfinished(this.#service, prefix, call)
  }

  async #targetOf(upload: Upload, call: Call): Promise<PartTarget> {
    return { service: this.#service, upload, checksum: await this.#checksumOf(upload, call) }
  }

  async #checksumOf(upload: Upload, call: Call): Promise<Checksum | undefined> {
    let known = this.#checksums.get(nameOf(upload))
    if (known === undefined) {
      known = checksumOfUpload(this.#service, upload, call)
      this.#remember(upload, known)
    }
    try {
      return await known
    } catch (error) {
      this.#checksums.delete(nameOf(upload))
      throw error
    }
  }

  /** Of an upload that is gone, that of its parts: complete may be asked again after its answer was lost. */
  async #checksumToComplete(upload: Upload, parts: readonly StoredPart[], call: Call): Promise<Checksum | undefined> {
    try {
      return await this.#checksumOf(upload, call)
    } catch (error) {
      if (!(error instanceof S3Failure) || error.status !== 404) throw error
      const wanted = this.#service.traits.checksum
      return wanted !== undefined && parts.every((part) => part.digests?.[wanted] !== undefined) ? wanted : undefined
    }
  }

  #remember(upload: Upload, checksum: Promise<Checksum | undefined>): void {
    if (this.#checksums.size >= mostRemembered) {
      const oldest = this.#checksums.keys().next()
      if (oldest.done !== true) this.#checksums.delete(oldest.value)
    }
    this.#checksums.set(nameOf(upload), checksum)
  }
}

/** Learnt just now, it is to be tried again: an object that one PUT takes goes by one then. */
function noParts({ size = 0 }: NewEntry, cause?: S3Failure): GantryError {
  if (cause === undefined || size > longestPut) {
    return new GantryError('unsupported', `The service takes no uploads in parts: ${fitting}`, { cause })
  }
  const message = 'The service takes no uploads in parts: the next attempt goes by one PUT.'
  return new GantryError('unavailable', message, { cause })
}

/** S3 promises that ids differ for one key only. */
function nameOf({ path, id }: Upload): string {
  return `${path}\0${id}`
}
