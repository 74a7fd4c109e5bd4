import { type Entry, GantryError, isGantryError, Refusal, type Store } from '@gantry/core'
import type { HubScope } from '@gantry/core/hub'
import { askedRange, bodyStream, isUnchanged, type Sending } from '@gantry/http/server'

import { answerOf } from './answer.ts'
import { decodedPath } from './exchange.ts'
import type { HubMount } from './mount.ts'

export interface StoreMountOptions {
  /** As `/remotes/archive`. */
  readonly path: string
  readonly store: Store
  /** What reading needs; default: `dicomweb:read`. */
  readonly scope?: HubScope | undefined
  /** Told of troubles of the store that come when an answer has begun. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/**
 * Any store, to be read by those whose tokens have the scope: `entries?prefix=` lists, a line of JSON each and one that says
 * `end`, because a list that is cut off must not pass for a short one; `files/{path}` answers bytes, and ranges of them.
 */
export function storeMount({
  path: root,
  store,
  scope = 'dicomweb:read',
  onError = () => {},
}: StoreMountOptions): HubMount {
  const answer = async (request: Request, path: string, sending: Sending): Promise<Response> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new Refusal('unsupported', 'What is here can be read, and nothing else.', { status: 405 })
    }
    const { signal } = sending
    if (path === '/entries') {
      const prefix = new URL(request.url).searchParams.get('prefix') ?? ''
      const found = store.list(prefix === '' ? {} : { prefix }, { signal })
      return new Response(bodyStream(linesOf(found), sending), { headers: { 'Content-Type': 'application/x-ndjson' } })
    }
    const name = /^\/files\/(.+)$/su.exec(path)?.[1]
    if (name === undefined) throw new GantryError('not_found', 'There is no such resource.')
    return await fileOf(request, decodedPath(name), sending)
  }

  const fileOf = async (request: Request, path: string, sending: Sending): Promise<Response> => {
    const { signal } = sending
    const entry = await store.stat(path, { signal })
    const { size, version } = entry
    if (size === undefined) throw new GantryError('unsupported', 'The store does not tell how long that is.')
    const header = (one: string) => request.headers.get(one) ?? undefined
    const etag = version === undefined ? undefined : JSON.stringify(version)
    const tagged: Readonly<Record<string, string>> = etag === undefined ? {} : { ETag: etag }
    if (isUnchanged(header, etag)) return new Response(null, { status: 304, headers: tagged })
    const range = request.method === 'HEAD' ? undefined : askedRange(header, size, etag)
    const headers = new Headers({
      'Content-Type': 'application/octet-stream',
      'Content-Length': `${range === undefined ? size : range.end - range.start}`,
      'Accept-Ranges': 'bytes',
      ...tagged,
      ...(range !== undefined && { 'Content-Range': `bytes ${range.start}-${range.end - 1}/${size}` }),
    })
    if (request.method === 'HEAD') return new Response(null, { headers })
    const pinned = version === undefined ? path : { path, version }
    const { body } = await store.read(pinned, range, { signal })
    return new Response(bodyStream(body, sending), { status: range === undefined ? 200 : 206, headers })
  }

  return {
    path: root,
    scopes: { read: scope, write: scope },
    async fetch(request, { path, cutOff }) {
      const { signal } = request
      try {
        return await answer(request, path.slice(root.length), { signal, onError, cutOff })
      } catch (error) {
        const { response, hidden } = answerOf(told(error))
        if (hidden && !signal.aborted) onError(error)
        return response
      }
    },
  }
}

const toldOfEntries = {
  not_found: 'There is no such entry.',
  invalid: 'That is no path of an entry.',
  precondition_failed: 'Another version is there.',
} as const

/** What the store says of what was asked for is an answer; what it says of itself is not. */
function told(error: unknown): unknown {
  const message = isGantryError(error) ? toldOfEntries[error.code as keyof typeof toldOfEntries] : undefined
  return message === undefined || !isGantryError(error) || error instanceof Refusal
    ? error
    : new GantryError(error.code, message)
}

async function* linesOf(entries: AsyncIterable<Entry>): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder()
  for await (const { path, size, version, modified, digests } of entries) {
    yield encoder.encode(`${JSON.stringify({ path, size, version, modified, digests })}\n`)
  }
  yield encoder.encode('{"end":true}\n')
}
