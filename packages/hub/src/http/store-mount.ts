import { type Bytes, type Entry, GantryError, isGantryError, Refusal, type Store } from '@gantry/core'
import type { HubScope } from '@gantry/core/hub'

import { rangeOf } from '../objects/byte-range.ts'
import { answerOf } from './answer.ts'
import type { HubMount } from './mount.ts'

export interface StoreMountOptions {
  /** As `/remotes/archive`. */
  readonly path: string
  readonly store: Store
  /** What reading needs; default: `dicomweb:read`. */
  readonly scope?: HubScope
  /** Told of troubles of the store that come when an answer has begun. */
  readonly onError?: (error: unknown) => void
}

/**
 * Any store, to be read by those whose tokens have the scope: `entries?prefix=` lists, a line of JSON each and one that says
 * `end`, because a list that is cut off must not pass for a short one; `files/{path}` answers bytes, and ranges of them.
 */
export function storeMount({ path: root, store, scope = 'dicomweb:read', onError }: StoreMountOptions): HubMount {
  const answer = async (request: Request, path: string): Promise<Response> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new Refusal('unsupported', 'What is here can be read, and nothing else.', { status: 405 })
    }
    const { signal } = request
    if (path === '/entries') {
      const prefix = new URL(request.url).searchParams.get('prefix') ?? ''
      const found = store.list(prefix === '' ? {} : { prefix }, { signal })
      return new Response(streamed(linesOf(found), onError), { headers: { 'Content-Type': 'application/x-ndjson' } })
    }
    const name = /^\/files\/(.+)$/su.exec(path)?.[1]
    if (name === undefined) throw new GantryError('not_found', 'There is no such resource.')
    return await fileOf(request, decodeURIComponent(name))
  }

  const fileOf = async (request: Request, path: string): Promise<Response> => {
    const { signal } = request
    const entry = await store.stat(path, { signal })
    const { size, version } = entry
    if (size === undefined) throw new GantryError('unsupported', 'The store does not tell how long that is.')
    const asked = request.headers.get('if-match')?.replaceAll('"', '')
    if (asked !== undefined && asked !== version) {
      throw new GantryError('precondition_failed', 'Another version is there.')
    }
    const range = rangeOf(request.headers.get('range') ?? undefined, size)
    if (range === 'outside') {
      throw new Refusal('invalid', 'The range lies beyond the end.', {
        status: 416,
        headers: { 'Content-Range': `bytes */${size}` },
      })
    }
    const headers = new Headers({
      'Content-Type': 'application/octet-stream',
      'Content-Length': `${range === undefined ? size : range.end - range.start}`,
      'Accept-Ranges': 'bytes',
      ...(version !== undefined && { ETag: JSON.stringify(version) }),
      ...(range !== undefined && { 'Content-Range': `bytes ${range.start}-${range.end - 1}/${size}` }),
    })
    if (request.method === 'HEAD') return new Response(null, { headers })
    const pinned = version === undefined ? path : { path, version }
    const { body } = await store.read(pinned, range, { signal })
    return new Response(streamed(body, onError), { status: range === undefined ? 200 : 206, headers })
  }

  return {
    path: root,
    scopes: { read: scope, write: scope },
    async fetch(request, { path }) {
      try {
        return await answer(request, path.slice(root.length))
      } catch (error) {
        const { response, hidden } = answerOf(told(error))
        if (hidden) onError?.(error)
        return response
      }
    },
  }
}

const passedOn = {
  not_found: 'There is no such entry.',
  invalid: 'That is no path of an entry.',
  precondition_failed: 'Another version is there.',
} as const

/** What the store says of what was asked for is an answer; what it says of itself is not. */
function told(error: unknown): unknown {
  const message = isGantryError(error) ? passedOn[error.code as keyof typeof passedOn] : undefined
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

/** A body that fails is cut off: what ends is whole. */
function streamed(bytes: Bytes, onError: ((error: unknown) => void) | undefined): ReadableStream<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { value, done } = await iterator.next()
          if (done === true) controller.close()
          // Chunks are borrowed until the next is asked for.
          else controller.enqueue(value.slice())
        } catch (error) {
          onError?.(error)
          controller.error(error)
        }
      },
      async cancel() {
        await iterator.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}
