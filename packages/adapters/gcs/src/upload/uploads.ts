import {
  type Bytes,
  type Call,
  type Entry,
  GantryError,
  isGantryError,
  type NewEntry,
  type NewPart,
  type ResumableAbility,
  type ResumableDriver,
  type StoredPart,
  type Upload,
} from '@gantry/core/driver'

import { removeKey } from '../object/remove.ts'
import { refuseWithoutRetention } from '../retention.ts'
import type { Service } from '../service/service.ts'
import { begin } from './begin.ts'
import { complete } from './complete.ts'
import { listParts } from './list-parts.ts'
import { publishStaged } from './publish-staged.ts'
import { putPart } from './put-part.ts'
import { placeOf } from './staged.ts'
import { unfinished } from './unfinished.ts'

const mebibyte = 1024 * 1024

/** Limits of GCS. */
export const uploadAbility: ResumableAbility = {
  minPartSize: 5 * mebibyte,
  maxPartSize: 5 * 1024 * mebibyte,
  maxParts: 10_000,
  parallel: true,
}

/**
 * Uploads in parts of the XML API. What survives the process is the upload's id, which opens nothing without
 * credentials. They hold to no condition themselves: an upload that has to is made whole under another name first.
 */
export class Uploads implements ResumableDriver {
  readonly #service: Service

  constructor(service: Service) {
    this.#service = service
  }

  async begin(entry: NewEntry, call: Call): Promise<Upload> {
    if (entry.retainUntil !== undefined) await refuseWithoutRetention(this.#service, call)
    return await begin(this.#service, entry, call)
  }

  async putPart(upload: Upload, part: NewPart, body: Bytes, call: Call): Promise<StoredPart> {
    return await putPart(this.#service, placeOf(this.#service, upload), part, body, call)
  }

  listParts(upload: Upload, call: Call): AsyncIterable<StoredPart> {
    return listParts(this.#service, placeOf(this.#service, upload), call)
  }

  async complete(upload: Upload, entry: NewEntry, parts: readonly StoredPart[], call: Call): Promise<Entry> {
    const place = placeOf(this.#service, upload)
    const { stage } = place
    if (stage !== undefined)
      return await publishStaged(this.#service, upload.path, { ...place, stage }, entry, parts, call)
    if (entry.ifAbsent !== true && entry.ifVersion === undefined) {
      return await complete(this.#service, upload.path, place, entry, parts, call)
    }
    throw new GantryError('unsupported', 'GCS must know the condition of an upload in parts when it begins.')
  }

  async abort(upload: Upload, call: Call): Promise<void> {
    const { key, uploadId, stage } = placeOf(this.#service, upload)
    try {
      const url = this.#service.xmlUrl(key, { uploadId })
      if (uploadId !== '') await this.#service.perform({ method: 'DELETE', url, repeatable: true }, call)
    } catch (error) {
      if (!isGantryError(error) || error.code !== 'not_found') throw error
    }
    if (stage !== undefined) await removeKey(this.#service, key, undefined, call)
  }

  unfinished(prefix: string | undefined, call: Call): AsyncIterable<Upload> {
    return unfinished(this.#service, prefix, call)
  }
}
