import {
  type Abilities,
  type AccessTokens,
  type ByteRange,
  type Call,
  type Entry,
  type EntryRef,
  errorOfHttpRefusal,
  GantryError,
  type Reading,
  type Selection,
  type StoreDriver,
} from '@gantry/core/driver'
import { z } from 'zod'

const entrySchema = z.looseObject({
  path: z.string(),
  size: z.int().nonnegative().optional(),
  version: z.string().optional(),
  modified: z.number().optional(),
})
const lineSchema = z.union([z.object({ end: z.literal(true) }), entrySchema])

const abilities: Abilities = {
  write: false,
  remove: false,
  conditional: false,
  versions: true,
  digests: [],
  modified: 'stored',
  order: 'none',
  longestPath: 4096,
  longestSegment: 4096,
}

export interface RemoteOptions {
  /** Where the hub serves the store. */
  readonly root: string
  readonly tokens?: AccessTokens
}

/** A store that a hub serves to be read, as `storeMount` of `@gantry/hub` speaks. */
export function remoteStore({ root, tokens }: RemoteOptions): StoreDriver {
  const ask = async (url: string, headers: Readonly<Record<string, string>>, { signal }: Call, method = 'GET') => {
    const token = await tokens?.get(signal)
    const all = { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) }
    const response = await fetch(url, { method, headers: all, signal: signal as AbortSignal }).catch(
      (cause: unknown) => {
        throw new GantryError('unavailable', 'The hub cannot be reached.', { cause })
      },
    )
    if (response.ok) return response
    if (response.status === 401 && token !== undefined) tokens?.refuse(token)
    throw errorOfHttpRefusal({
      status: response.status,
      body: await response.text().catch(() => ''),
      retryAfter: response.headers.get('retry-after') ?? undefined,
      date: response.headers.get('date') ?? undefined,
      now: Date.now(),
    })
  }
  const urlOf = (path: string) => `${root}/files/${path.split('/').map(encodeURIComponent).join('/')}`

  return {
    contract: 1,
    scheme: 'remote',
    abilities,
    async *list({ prefix = '' }: Selection, call: Call): AsyncGenerator<Entry, void, undefined> {
      const response = await ask(`${root}/entries?prefix=${encodeURIComponent(prefix)}`, {}, call)
      for await (const line of linesOf(response)) {
        const parsed = lineSchema.parse(JSON.parse(line))
        if ('end' in parsed) return
        const { path, size, version, modified } = parsed
        yield {
          path,
          ...(size !== undefined && { size }),
          ...(version !== undefined && { version }),
          ...(modified !== undefined && { modified }),
        }
      }
      throw new GantryError('unavailable', 'The list broke off.')
    },
    async stat(path: string, call: Call): Promise<Entry> {
      return entryOf(path, await ask(urlOf(path), {}, call, 'HEAD'))
    },
    async read({ path, version }: EntryRef, range: ByteRange | undefined, call: Call): Promise<Reading> {
      const headers = {
        ...(version !== undefined && { 'if-match': JSON.stringify(version) }),
        ...(range !== undefined && { range: `bytes=${range.start}-${range.end === undefined ? '' : range.end - 1}` }),
      }
      const response = await ask(urlOf(path), headers, call)
      if (response.body === null) throw new GantryError('unavailable', 'The hub sent nothing.')
      return { entry: entryOf(path, response), body: response.body as unknown as AsyncIterable<Uint8Array> }
    },
    codeOf: (error) => (error instanceof TypeError ? 'unavailable' : undefined),
  }
}

/** `size` is of all of it, whatever the range. */
function entryOf(path: string, { headers }: Response): Entry {
  const whole = /\/(\d+)$/u.exec(headers.get('content-range') ?? '')?.[1] ?? headers.get('content-length')
  const version = headers.get('etag')
  return {
    path,
    ...(whole !== null && { size: Number(whole) }),
    ...(version !== null && { version: version.replaceAll('"', '') }),
  }
}

async function* linesOf(response: Response): AsyncGenerator<string, void, undefined> {
  let rest = ''
  const text = response.body?.pipeThrough(new TextDecoderStream())
  if (text === undefined) return
  for await (const chunk of text as unknown as AsyncIterable<string>) {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}
