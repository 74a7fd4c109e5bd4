import {
  checkGiven,
  type Abilities,
  type ByteRange,
  type Call,
  collect,
  type Entry,
  type EntryRef,
  GantryError,
  isAtOrBelow,
  type Reading,
  type Selection,
  type StoreDriver,
} from '@gantry/core/driver'
import {
  codeOfConnectionError,
  fetchTransport,
  isPrivateRoad,
  parseBucketList,
  rangeHeaders,
  readNothing,
  retrying,
  Sender,
  sizeBeyondRange,
} from '@gantry/http'

export interface BucketOptions {
  readonly bucket: string
  /** What stands before `studies/`; default: nothing. */
  readonly bucketPrefix?: string | undefined
  /** An access token; without one no credentials are sent, as public buckets want it. */
  readonly token?: string | undefined
  /** Where the service is; default: Google Cloud Storage. Plain http is for this very machine. */
  readonly endpoint?: string | undefined
}

/** A thousand keys of 1,024 bytes, each of which takes three when it is encoded. */
const longestPage = 16 * 1024 * 1024

/**
 * A bucket that browsers read: by `fetch`, in the words of S3, which Google Cloud Storage and most others speak too. Its
 * CORS rules must allow GET from the page's origin, and the headers `range` and, where there is a token, `authorization`.
 */
export function bucket(options: BucketOptions): StoreDriver {
  checkGiven(options, 'a bucket', { bucket: 'string', bucketPrefix: 'string?', token: 'string?', endpoint: 'string?' })
  return new BucketDriver(options)
}

const abilities: Abilities = {
  write: false,
  remove: false,
  conditional: false,
  // Most buckets do not show pages the headers that tell versions.
  versions: false,
  digests: [],
  modified: 'stored',
  order: 'path',
  longestPath: 1024,
  longestSegment: 1024,
}

class BucketDriver implements StoreDriver {
  readonly contract = 1
  readonly scheme = 'bucket'
  readonly abilities = abilities
  readonly #url: string
  readonly #prefix: string
  readonly #sender: Sender

  constructor({ bucket: name, bucketPrefix = '', token, endpoint = 'https://storage.googleapis.com' }: BucketOptions) {
    if (!/^[\w.-]+$/u.test(name) || /^\.+$/u.test(name))
      throw new GantryError('invalid', 'That is no name of a bucket.')
    this.#url = `${checkEndpoint(endpoint)}/${name}`
    const prefix = bucketPrefix.replaceAll(/^\/+|\/+$/gu, '')
    this.#prefix = prefix === '' ? '' : `${prefix}/`
    this.#sender = new Sender({
      transport: fetchTransport({ service: 'The bucket' }),
      ...(token !== undefined && { credentials: { headers: { authorization: `Bearer ${token}` } } }),
      now: Date.now,
    })
  }

  async *list({ prefix = '' }: Selection, call: Call): AsyncGenerator<Entry, void, undefined> {
    let next: string | undefined
    do {
      const query = new URLSearchParams({ 'list-type': '2', 'encoding-type': 'url', prefix: this.#prefix + prefix })
      if (next !== undefined) query.set('continuation-token', next)
      const token = next
      const page = await retrying(call, async () => {
        const answer = await this.#sender.send(
          { method: 'GET', url: `${this.#url}?${query}`, headers: {} },
          quiet(call),
        )
        return parseBucketList(new TextDecoder().decode(await collect(answer.body, longestPage)), token)
      })
      for (const { key, size, lastModified } of page.objects) {
        const path = key.slice(this.#prefix.length)
        // `a` is not above `ab`, though it is a prefix of that key; what ends with a slash is somebody's folder.
        if (path.endsWith('/') || !isAtOrBelow(path, prefix)) continue
        yield { path, size, ...modifiedOf(lastModified) }
      }
      ;({ next } = page)
    } while (next !== undefined)
  }

  async stat(path: string, call: Call): Promise<Entry> {
    const answer = await this.#sender.send({ method: 'HEAD', url: this.#urlOf(path), headers: {} }, call)
    await answer.body.return?.()
    const size = sizeOf(answer.header('content-length'))
    return { path, ...(size !== undefined && { size }), ...modifiedOf(answer.header('last-modified')) }
  }

  async read({ path }: EntryRef, range: ByteRange | undefined, call: Call): Promise<Reading> {
    const { start, end } = { start: 0, ...range }
    const nothing = async () => readNothing(await this.stat(path, call), { path }, range, 'a bucket')
    if (end !== undefined && end <= start) return await nothing()
    const whole = start === 0 && end === undefined
    const headers = rangeHeaders({ start, ...(end !== undefined && { end }) })
    const answer = await this.#sender.send({ method: 'GET', url: this.#urlOf(path), headers, answers: [416] }, call)
    if (answer.status === 416) {
      await answer.body.return?.()
      // No byte is left from there on, which is an error only beyond the end.
      return await nothing()
    }
    // A page is not told whether the browser has undone a compression: then the length of a whole is another one. It looks
    // itself whether as many bytes came as the bucket said.
    const size = whole ? undefined : sizeBeyondRange(answer, start)
    // Which range it is, a page sees only where the bucket lets it.
    const other = size === undefined && answer.header('content-range') !== undefined
    if (!whole && (answer.status !== 206 || other)) {
      await answer.body.return?.()
      throw new GantryError('unsupported', 'The bucket does not answer ranges as it should.')
    }
    return { entry: { path, ...(size !== undefined && { size }) }, body: answer.body }
  }

  codeOf(error: unknown) {
    return codeOfConnectionError(error)
  }

  #urlOf(path: string): string {
    return `${this.#url}/${(this.#prefix + path).split('/').map(encodeURIComponent).join('/')}`
  }
}

function modifiedOf(text = ''): { readonly modified?: number } {
  const modified = Date.parse(text)
  return Number.isFinite(modified) ? { modified } : {}
}

/** What is listed is not what is transferred. */
function quiet({ signal }: Call): Call {
  return { signal }
}

function sizeOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/u.test(text) ? Number(text) : undefined
}

function checkEndpoint(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  // A token must not cross a network in the clear.
  if (url === undefined || !isPrivateRoad(url) || url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new GantryError('invalid', 'The endpoint of a bucket is an https URL.')
  }
  return url.href.replace(/\/+$/u, '')
}
