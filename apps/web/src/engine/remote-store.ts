import {
  type Abilities,
  type AccessTokens,
  type ByteRange,
  type Call,
  type Entry,
  type EntryRef,
  GantryError,
  type Reading,
  type Selection,
  type StoreDriver,
} from '@gantry/core/driver'
import { type Answer, fetchTransport, rangeHeaders, Sender } from '@gantry/http'
import * as z from 'zod'

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
  const sender = new Sender({
    transport: fetchTransport({ service: 'The hub' }),
    ...(tokens !== undefined && { credentials: { tokens } }),
    now: Date.now,
  })
  const ask = async (
    url: string,
    headers: Readonly<Record<string, string>>,
    call: Call,
    method: 'GET' | 'HEAD' = 'GET',
  ) => await sender.send({ method, url, headers }, call)
  const urlOf = (path: string) => `${root}/files/${path.split('/').map(encodeURIComponent).join('/')}`

  return {
    contract: 1,
    scheme: 'remote',
    abilities,
    async *list({ prefix = '' }: Selection, call: Call): AsyncGenerator<Entry, void, undefined> {
      const response = await ask(`${root}/entries?prefix=${encodeURIComponent(prefix)}`, {}, call)
      for await (const line of linesOf(response.body)) {
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
      const answer = await ask(urlOf(path), {}, call, 'HEAD')
      await answer.body.return?.()
      return entryOf(path, answer)
    },
    async read({ path, version }: EntryRef, range: ByteRange | undefined, call: Call): Promise<Reading> {
      const headers = {
        ...(version !== undefined && { 'if-match': JSON.stringify(version) }),
        ...(range !== undefined && rangeHeaders(range)),
      }
      const answer = await ask(urlOf(path), headers, call)
      return { entry: entryOf(path, answer), body: answer.body }
    },
    codeOf: () => undefined,
  }
}

/** `size` is of all of it, whatever the range. */
function entryOf(path: string, answer: Answer): Entry {
  const size = /\/(\d+)$/u.exec(answer.header('content-range') ?? '')?.[1] ?? answer.header('content-length')
  const version = answer.header('etag')
  return {
    path,
    ...(size !== undefined && { size: Number(size) }),
    ...(version !== undefined && { version: version.replaceAll('"', '') }),
  }
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}
