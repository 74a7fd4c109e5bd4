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
import {
  type Answer,
  codeOfConnectionError,
  fetchTransport,
  notOf,
  rangeHeaders,
  readNothing,
  Sender,
  sizeBeyondRange,
} from '@gantry/http'
import * as z from 'zod'

const entrySchema = z.looseObject({
  path: z.string(),
  size: z.int().nonnegative().optional(),
  version: z.string().optional(),
  modified: z.number().optional(),
})
const lineSchema = z.union([z.object({ end: z.literal(true) }), entrySchema])

/** Of a list: the longest path, escaped, with all that is told of an entry. */
const longestLine = 64 * 1024

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
  const urlOf = (path: string) => `${root}/files/${path.split('/').map(encodeURIComponent).join('/')}`

  const stat = async (path: string, call: Call): Promise<Entry> => {
    const answer = await sender.send({ method: 'HEAD', url: urlOf(path), headers: {} }, call)
    await answer.body.return?.()
    return entryOf(path, answer)
  }

  return {
    contract: 1,
    scheme: 'remote',
    abilities,
    async *list({ prefix = '' }: Selection, call: Call): AsyncGenerator<Entry, void, undefined> {
      const url = `${root}/entries?prefix=${encodeURIComponent(prefix)}`
      const { body } = await sender.send({ method: 'GET', url, headers: {} }, call)
      for await (const line of linesOf(body)) {
        const parsed = parseLine(line)
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
    stat,
    async read(ref: EntryRef, range: ByteRange | undefined, call: Call): Promise<Reading> {
      const { path, version } = ref
      const { start, end } = { start: 0, ...range }
      const nothing = async () => readNothing(await stat(path, call), ref, range, 'a hub')
      if (end !== undefined && end <= start) return await nothing()
      const headers = {
        ...(version !== undefined && { 'if-match': JSON.stringify(version) }),
        ...(range !== undefined && rangeHeaders(range)),
      }
      const answer = await sender.send({ method: 'GET', url: urlOf(path), headers, answers: [416] }, call)
      try {
        if (answer.status !== 416) {
          return { entry: entryOf(path, answer, 'range' in headers ? start : undefined), body: answer.body }
        }
      } catch (error) {
        await answer.body.return?.()
        throw error
      }
      await answer.body.return?.()
      // No byte is left from there on, which is an error only beyond the end.
      return await nothing()
    },
    codeOf: codeOfConnectionError,
  }
}

/** Of all of it, whatever the range; `start` where one was asked for. */
function entryOf(path: string, answer: Answer, start?: number): Entry {
  // A page to sign in at would pass for a file.
  if (answer.header('content-type')?.startsWith('text/html') === true) throw notOf('a hub')
  const size = start === undefined ? lengthOf(answer) : sizeBeyondRange(answer, start)
  if (start !== undefined && size === undefined) {
    throw new GantryError('unsupported', 'The hub, or a proxy before it, does not answer ranges as it should.')
  }
  const version = answer.header('etag')
  return {
    path,
    ...(size !== undefined && { size }),
    ...(version !== undefined && { version: version.replaceAll('"', '') }),
  }
}

function lengthOf(answer: Answer): number | undefined {
  const text = answer.header('content-length') ?? ''
  return /^\d{1,15}$/u.test(text) ? Number(text) : undefined
}

function parseLine(line: string): z.infer<typeof lineSchema> {
  try {
    return lineSchema.parse(JSON.parse(line))
  } catch {
    // What is wrong with it would quote it.
    throw notOf('a hub')
  }
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n')
    rest = lines.pop() ?? ''
    yield* lines
    if (rest.length > longestLine) throw notOf('a hub')
  }
}
