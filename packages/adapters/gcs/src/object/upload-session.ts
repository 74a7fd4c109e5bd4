import { type Call, type Entry, GantryError, type NewEntry } from '@gantry/core/driver'
import { type Answer, retrying } from '@gantry/http'

import { addToCrc32c, base64OfHex, hexOfCrc } from '../bytes/crc32c.ts'
import { statusOf } from '../service/refusal.ts'
import { jsonBody, parseJson, type Service } from '../service/service.ts'
import { generationMatch } from './conditions.ts'
import { confirmed, refuseOther } from './insert.ts'
import { newResource } from './metadata.ts'
import { type Resource, resourceFields, resourceSchema } from './resource.ts'

/** Milliseconds in which an upload that failed is given up, or left to GCS, which forgets it within a week. */
const abandonWithin = 10_000
/** How GCS says that it wants more. */
const incomplete = 308

/**
 * A resumable upload of GCS. Its URI lets whoever has it write without other credentials: so it is kept in memory alone,
 * and shown to nobody. What survives a process are uploads in parts.
 */
export class UploadSession {
  readonly #service: Service
  readonly #entry: NewEntry
  readonly #url: string
  #crc = 0
  offset = 0

  private constructor(service: Service, entry: NewEntry, url: string) {
    this.#service = service
    this.#entry = entry
    this.#url = url
  }

  static async begin(service: Service, entry: NewEntry, call: Call): Promise<UploadSession> {
    const { settings } = service
    const { headers, body } = jsonBody(newResource(entry, settings))
    const query = { uploadType: 'resumable', ifGenerationMatch: generationMatch(entry), fields: resourceFields }
    const { size } = entry
    const answer = await service.perform(
      {
        method: 'POST',
        url: service.uploadUrl(query),
        headers: { ...headers, ...(size !== undefined && { 'x-upload-content-length': String(size) }) },
        body,
      },
      { signal: call.signal },
    )
    const location = URL.parse(answer.header('location') ?? '', settings.endpoint)
    if (location === null) throw new GantryError('unavailable', 'The service did not begin the upload.')
    // Wherever it says that it is: bytes and tokens go to the endpoint that was named, and nowhere else.
    return new UploadSession(service, entry, `${settings.endpoint}${location.pathname}${location.search}`)
  }

  /** Sends a chunk that is not the last one, of a multiple of 256 KiB. */
  async send(chunk: Uint8Array, call: Call): Promise<void> {
    const done = await this.#put(chunk, '*', {}, call)
    if (done !== undefined) throw new GantryError('integrity', 'The service took a part of the body for all of it.')
    this.#crc = addToCrc32c(chunk, this.#crc)
    this.offset += chunk.length
  }

  /** Sends the last chunk, and with it the checksum of the whole. Answers what is kept. */
  async finish(chunk: Uint8Array, call: Call): Promise<Entry> {
    const crc32c = hexOfCrc(addToCrc32c(chunk, this.#crc))
    refuseOther(this.#entry, crc32c)
    const size = this.offset + chunk.length
    const hash = { 'x-goog-hash': `crc32c=${base64OfHex(crc32c)}` }
    const stored = await this.#put(chunk, String(size), hash, call)
    if (stored === undefined) throw new GantryError('unavailable', 'The service did not take the end of the body.')
    return confirmed(this.#entry.path, stored, size, crc32c)
  }

  /** Not awaited: whoever stopped this waits for nothing more. */
  cancel(): void {
    const call = { signal: AbortSignal.timeout(abandonWithin) }
    const request = { method: 'DELETE', url: this.#url, answers: [499] } as const
    this.#service.perform(request, call).catch(() => {})
  }

  /** What breaks off is gone on with where GCS says that it stands; the object, once there is one. */
  async #put(
    chunk: Uint8Array,
    total: string,
    more: Readonly<Record<string, string>>,
    call: Call,
  ): Promise<Resource | undefined> {
    const end = this.offset + chunk.length
    let known: number | undefined = this.offset
    const attempt = async (): Promise<Resource | undefined> => {
      if (known === undefined) {
        const told = await this.#ask('bytes */*', new Uint8Array(), {}, call)
        if (typeof told !== 'number') return told
        known = told
      }
      for (;;) {
        const from: number = known
        if (from === end && total === '*') return undefined
        if (from < this.offset || from > end) throw lost()
        known = undefined
        const range = from === end ? `bytes */${total}` : `bytes ${from}-${end - 1}/${total}`
        const told = await this.#ask(range, chunk.subarray(from - this.offset), more, call)
        if (typeof told !== 'number') return told
        if (told <= from)
          throw new GantryError('unavailable', 'The service did not take a part of the body: try again.')
        known = told
      }
    }
    return await retrying(call, async () => {
      try {
        return await attempt()
      } catch (error) {
        throw forgotten(error) ? lost(error) : error
      }
    })
  }

  /** One request; how many bytes GCS has now, or the object. */
  async #ask(
    range: string,
    body: Uint8Array,
    more: Readonly<Record<string, string>>,
    call: Call,
  ): Promise<number | Resource> {
    const { answer, text } = await this.#service.text(
      { method: 'PUT', url: this.#url, headers: { 'content-range': range, ...more }, body, answers: [incomplete] },
      call,
    )
    return answer.status === incomplete ? persisted(answer) : parseJson(text, resourceSchema)
  }
}

function persisted(answer: Answer): number {
  const range = answer.header('range')
  if (range === undefined) return 0
  const last = /^bytes=0-(\d{1,16})$/u.exec(range)?.[1]
  if (last === undefined) throw new GantryError('unavailable', 'The service did not tell how much it has.')
  return Number(last) + 1
}

/** GCS has ended the upload: nothing that was sent is left. */
function forgotten(error: unknown): boolean {
  const status = statusOf(error)
  return status === 404 || status === 410 || status === 499
}

function lost(cause?: unknown): GantryError {
  return new GantryError('unavailable', 'The service has lost what was sent so far: send it again.', { cause })
}
