import { type Bytes, bytesOf, type CallOptions, httpStatusOf, Refusal, type Store, tap } from '@gantry/core'
import { checkGiven, withoutUndefined } from '@gantry/core/driver'
import { type DicomLayout, templateLayout } from '@gantry/dicom'
import { counted, type RequestLog } from '@gantry/http/server'

import type { CheckAccess } from './access/access.ts'
import { Catalog } from './catalog/catalog.ts'
import { Indexer, indexStateOf, type IndexStatus } from './catalog/indexer.ts'
import { lookAt } from './catalog/look-at.ts'
import type { IndexDatabase } from './database/index-database.ts'
import { answerOf } from './http/answer-of.ts'
import { corsHeaders, preflight } from './http/cors.ts'
import type { Answer, Ask } from './http/exchange.ts'
import { toResponse } from './http/to-response.ts'
import { defaultLimits, type ServerLimits, type ServerParts } from './parts.ts'
import { compileRoutes, routes, storingRoutes } from './routes.ts'
import { HeaderRoom } from './stow/header-room.ts'
import { Sweeper } from './stow/sweeper.ts'
import { Turns } from './stow/turns.ts'

export interface DicomwebServerOptions {
  /** What is served. It is closed by whoever opened it. */
  readonly store: Store
  /** Where the index is kept; closed with the server. */
  readonly index: IndexDatabase
  /** The path of the root, as `/dicom-web`; default: none. */
  readonly path?: string | undefined
  /** The root as clients reach it, where that is not the host that they ask: behind a proxy. */
  readonly url?: string | undefined
  /** Takes instances, and lays them out like that; default: none are taken. `uidLayout` names them by their UIDs. */
  readonly stow?: DicomLayout | undefined
  /** Default: everybody may do everything. */
  readonly access?: CheckAccess | undefined
  /** Origins whose pages may use the server, or `*`; default: none. */
  readonly origins?: readonly string[] | undefined
  readonly limits?: Partial<ServerLimits> | undefined
  /** Told of every request when its answer is over. */
  readonly log?: ((entry: RequestLog) => void) | undefined
  /** Told of defects and of troubles behind the server, which clients are not told of. */
  readonly onError?: ((error: unknown) => void) | undefined
  /** Told as the index grows. */
  readonly onIndex?: ((status: IndexStatus) => void) | undefined
  /** Told when the store was listed to its end. */
  readonly onIndexed?: ((status: IndexStatus) => void) | undefined
}

/** What whoever serves it knows of a request besides the request. */
export interface Connection {
  /** The body, where it can be had in a quicker way than through the request. */
  readonly body?: Bytes | undefined
  /** The path, where it is not that of the request's URL: a proxy may have cut off what stands before it. */
  readonly path?: string | undefined
  /** Cuts the answer off: how a body that fails ends where it is said already that all is well. */
  readonly cutOff?: (() => void) | undefined
}

/** A DICOMweb server that is open. */
export interface DicomwebServer {
  readonly path: string
  /** Answers a request, whoever serves it; never throws. */
  fetch(request: Request, connection?: Connection): Promise<Response>
  /** The same without web streams, for those who send a body chunk by chunk; `path` in it is the whole path. */
  answer(ask: Omit<Ask, 'root'> & { readonly origin: string }): Promise<Answer>
  readonly status: IndexStatus
  /** Lists the store again; resolves when the index is as the store is, but for what could not be read: see the status. */
  refresh(options?: CallOptions): Promise<IndexStatus>
  /**
   * Lists the store now, and again so many milliseconds after each listing; 0: once. Where instances are taken, what was left of
   * some by a process that died is removed, too, when it is a day old.
   */
  keepFresh(every: number): void
  /** Stops the index and closes its database. */
  close(): Promise<void>
}

/** `<StudyInstanceUID>/<SeriesInstanceUID>/<SOPInstanceUID>.dcm`: no name of a patient is in a path. */
export const uidLayout: DicomLayout = templateLayout('{StudyInstanceUID}/{SeriesInstanceUID}/{SOPInstanceUID}.dcm')

/** Serves a store over DICOMweb (PS3.18). It has no disk or network of its own. */
export function createDicomwebServer(options: DicomwebServerOptions): DicomwebServer {
  checkGiven(options, 'createDicomwebServer', { store: 'store', index: 'object', limits: 'object?' })
  const {
    store,
    index,
    path = '',
    url,
    access,
    origins = [],
    log,
    onError = () => {},
    onIndex = () => {},
    onIndexed = () => {},
  } = options
  const limits = { ...defaultLimits, ...withoutUndefined(options.limits ?? {}) }
  const catalog = new Catalog(index)
  const indexer = new Indexer({
    store,
    catalog,
    concurrency: limits.headers,
    mayBeMissing: options.stow !== undefined,
    onProgress: onIndex,
    onDone: onIndexed,
    onError,
  })
  const sweeper = options.stow === undefined ? undefined : new Sweeper(store, onError)
  const parts: ServerParts = {
    store,
    catalog,
    limits,
    turns: new Turns(),
    headerRoom: new HeaderRoom(limits.headerBytes),
    indexState: () => indexStateOf(indexer.status),
    onError,
    async lookAgain(entryPath) {
      const entry = await store.find(entryPath)
      const looked = entry === undefined ? undefined : await lookAt(store, entry)
      if (looked === undefined) await catalog.removePath(entryPath)
      else await catalog.put([looked])
    },
  }
  const find = compileRoutes(options.stow === undefined ? routes : [...routes, ...storingRoutes(options.stow)])
  const respond = async (ask: Ask): Promise<{ readonly answer: Answer; readonly route: string }> => {
    let pattern = '-'
    try {
      if (ask.method === 'OPTIONS') return { answer: preflight(ask, origins), route: pattern }
      const { route, parameters } = find(ask)
      pattern = route.pattern
      await checkAccess(access, ask, route.permission)
      return { answer: await route.handle(ask, parts, parameters), route: pattern }
    } catch (error) {
      const { answer, hidden } = answerOf(error)
      if (hidden && !ask.signal.aborted) onError(error)
      return { answer, route: pattern }
    }
  }
  const answer: DicomwebServer['answer'] = async (given) => {
    const started = performance.now()
    let received = 0
    const body = tap(given.body, (chunk) => void (received += chunk.length))
    const root = url ?? `${given.origin}${path}`
    const below = given.path.startsWith(`${path}/`) ? given.path.slice(path.length) : ''
    const ask: Ask = { ...given, path: bare(below), root, body }
    const { answer: found, route } = await respond(ask)
    const headers: { [name: string]: string } = { ...found.headers, ...common, ...corsHeaders(ask, origins) }
    if (headers['Cache-Control'] === undefined) {
      headers['Cache-Control'] = headers['ETag'] === undefined ? 'no-store' : 'private, no-cache'
    }
    // An instance by itself and one in parts have the same address, and a cache must not take one for the other.
    headers['Vary'] = headers['Vary'] === undefined ? 'Accept' : `Accept, ${headers['Vary']}`
    const { status } = found
    const end = (sent: number, left = ask.signal.aborted) => {
      const told = left || ask.signal.aborted ? httpStatusOf('cancelled') : status
      log?.({ method: ask.method, route, status: told, received, sent, ms: performance.now() - started })
    }
    if (ask.method === 'HEAD' || found.body === undefined) {
      end(0)
      return { status, headers }
    }
    if (found.body instanceof Uint8Array) {
      end(found.body.length)
      return { status, headers, body: found.body }
    }
    return { status, headers, body: counted(found.body, end) }
  }
  return {
    path,
    answer,
    async fetch(request, connection = {}) {
      const { origin, pathname, searchParams } = new URL(request.url)
      const result = await answer({
        method: request.method,
        path: connection.path ?? pathname,
        query: searchParams,
        header: (name) => request.headers.get(name) ?? undefined,
        origin,
        body: connection.body ?? (request.body as AsyncIterable<Uint8Array> | null) ?? bytesOf(),
        signal: request.signal,
      })
      return toResponse(result, { signal: request.signal, onError, cutOff: connection.cutOff })
    },
    get status() {
      return indexer.status
    },
    refresh: async (call) => await indexer.refresh(call),
    keepFresh(every) {
      indexer.repeat(every)
      // What goes wrong is told as the trouble that it is.
      void sweeper?.start()
    },
    async close() {
      await sweeper?.stop()
      await indexer.stop()
      await index.close()
    },
  }
}

const common = { 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' } as const

async function checkAccess(access: CheckAccess | undefined, ask: Ask, permission: 'read' | 'write'): Promise<void> {
  if (access === undefined) return
  const given = await access(ask.header('authorization'), permission)
  if (given === 'granted') return
  const challenge = { headers: { 'WWW-Authenticate': 'Bearer, Basic realm="gantry", charset="UTF-8"' } }
  if (given === 'unauthenticated') throw new Refusal('unauthenticated', 'A valid access token is needed.', challenge)
  throw new Refusal('permission_denied', `The access token does not allow to ${permission}.`)
}

/** Without slashes at its end: by hand, because an expression looks for the end from every slash of a path. */
function bare(path: string): string {
  let end = path.length
  while (path[end - 1] === '/') end -= 1
  return path.slice(0, end)
}
