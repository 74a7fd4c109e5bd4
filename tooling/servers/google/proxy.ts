import { type IncomingMessage, request as sendRequest, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'

import { rpcError } from './answer.ts'
import { permits } from './guard.ts'
import { hasStore } from './resources.ts'
import type { State } from './state.ts'

const storePath = /^\/v1\/(projects\/[^/]+\/locations\/[^/]+\/datasets\/[^/]+\/dicomStores\/[^/]+)\/dicomWeb(\/.*)?$/su

export function isDicomweb(path: string): boolean {
  return storePath.test(path)
}

/** What is below a store's `dicomWeb`, from the DICOMweb server behind it, both bodies as they come. */
export function proxy(state: State, incoming: IncomingMessage, response: ServerResponse): void {
  const { url = '', method = 'GET' } = incoming
  const question = url.indexOf('?')
  const path = question < 0 ? url : url.slice(0, question)
  const [, resource = '', below = ''] = storePath.exec(decodeURIComponent(path)) ?? []
  const permission = `healthcare.dicomStores.dicomWeb${method === 'GET' || method === 'HEAD' ? 'Read' : 'Write'}`
  if (!permits(state, { resource, permission, exists: hasStore(state, resource) }, response)) return
  const { dicomweb } = state.options
  if (dicomweb === undefined) return rpcError(response, 503, 'There is no DICOMweb server behind this one.')
  const behind = new URL(`${dicomweb.replace(/\/+$/u, '')}${below}${question < 0 ? '' : url.slice(question)}`)
  const { authorization: _, host: __, connection: ___, ...headers } = incoming.headers
  const outgoing = sendRequest(behind, { method, headers, agent: false })
  outgoing.on('response', (answer) => {
    const { connection: ____, 'keep-alive': _____, ...rest } = answer.headers
    response.writeHead(answer.statusCode ?? 502, rest)
    // A body that breaks off breaks off here as well.
    pipeline(answer, response, (error) => {
      if (error) response.destroy()
    })
  })
  outgoing.on('error', () => {
    if (response.headersSent) response.destroy()
    else rpcError(response, 503, 'The service is currently unavailable.')
  })
  response.on('close', () => outgoing.destroy())
  pipeline(incoming, outgoing, () => {})
}
