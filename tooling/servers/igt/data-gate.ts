import type { IncomingMessage, ServerResponse } from 'node:http'

import { takeFailure } from './guard.ts'
import type { IgtRequest } from './options.ts'
import type { State } from './state.ts'

/** Whether a request is one to the storage: path style, `/bucket/key`. */
export function isData(state: State, url: string): boolean {
  return url === `/${state.options.bucket}` || url.startsWith(`/${state.options.bucket}/`)
}

/** Passes a request on to the storage, where its credential may do that there: what IAM does before S3. */
export async function passData(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', headers } = request
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const path = decodeURIComponent(url.pathname)
  const record: IgtRequest = { method, path, query: url.search, body: undefined, area: 'data', bytes: 0 }
  state.requests.push(record)
  response.on('finish', () => (record.answered = response.statusCode))
  if (state.controls.delay > 0) await new Promise((resolve) => setTimeout(resolve, state.controls.delay))
  const failure = takeFailure(state, path, method)
  if (failure !== undefined) {
    if (failure.status === 'hangup') request.socket.destroy()
    else if (failure.status !== 'silence') refuse(request, response, failure.status, 'InternalError')
    return
  }
  const [, accessKey = ''] = /Credential=([^/]+)\//u.exec(headers.authorization ?? '') ?? []
  const grant = state.grants.get(accessKey)
  if (grant === undefined) return refuse(request, response, 403, 'InvalidAccessKeyId')
  if (grant.revoked) return refuse(request, response, 400, 'ExpiredToken')
  const key = path.slice(state.options.bucket.length + 2) || (url.searchParams.get('prefix') ?? '')
  // The SDK for JavaScript says there which operation it means, which S3 ignores.
  url.searchParams.delete('x-id')
  const isRead = (method === 'GET' || method === 'HEAD') && url.searchParams.size === 0
  const isListing = method === 'GET' && (url.searchParams.has('uploadId') || url.searchParams.has('uploads'))
  // Who puts an object may ask for its head, to compare what was stored.
  const isPut = method === 'HEAD' || (!isRead && (!isListing || state.controls.listsParts))
  const allowed = grant.action === 'GET' ? isRead : isPut
  if (!key.startsWith(grant.prefix) || !allowed) return refuse(request, response, 403, 'AccessDenied')
  count(request, record)
  await state.options.storage.handle(request, response)
}

/** Counts the bytes of a body as they are read, by whoever reads them. */
function count(request: IncomingMessage, record: IgtRequest): void {
  const read = request.read.bind(request)
  request.read = (size) => {
    const chunk = read(size) as Buffer | null
    record.bytes = (record.bytes ?? 0) + (chunk?.length ?? 0)
    return chunk
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number, code: string): void {
  request.resume()
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code}</Message></Error>`
  response.writeHead(status, { 'content-type': 'application/xml' }).end(request.method === 'HEAD' ? undefined : body)
}
