import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'

import type { Bytes } from '@gantry/core'

import type { Answer } from '../http/exchange.ts'

/** Less than this is gathered, so that what stands between files needs no packets of its own. */
const small = 16 * 1024

/** Sends an answer, as quickly as its reader takes it. A body that fails cuts it off, which says that it is not whole. */
export async function sendAnswer(answer: Answer, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { status, headers, body } = answer
  // Who was refused before the body was read may still be sending it: what is left of the connection is of no use.
  const isUnread = !incoming.complete && incoming.method !== 'GET' && incoming.method !== 'HEAD'
  outgoing.writeHead(status, { ...headers, ...(isUnread && { Connection: 'close' }) })
  if (body === undefined || body instanceof Uint8Array) {
    outgoing.end(body)
    return
  }
  await sendBody(body, outgoing)
}

async function sendBody(body: Bytes, outgoing: ServerResponse): Promise<void> {
  let gathered: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    if (outgoing.destroyed) return
    if (chunk.length < small && length + chunk.length < 4 * small) {
      // It is borrowed, and this is kept.
      gathered.push(new Uint8Array(chunk))
      length += chunk.length
      continue
    }
    outgoing.cork()
    for (const one of gathered) outgoing.write(one)
    gathered = []
    length = 0
    // The chunk is its producer's again when the system has taken it.
    const taken = writing(outgoing, chunk)
    outgoing.uncork()
    if (!(await taken)) return
  }
  for (const one of gathered) outgoing.write(one)
  outgoing.end()
  if (!outgoing.writableFinished && !outgoing.destroyed)
    await Promise.race([once(outgoing, 'finish'), once(outgoing, 'close')])
}

/**
 * False where nobody is there any more who would take it, which is no fault of this side. A write to a socket that was
 * destroyed and is not closed yet is dropped without a word: so the close is waited for as well.
 */
function writing(outgoing: ServerResponse, chunk: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    const onClose = () => resolve(false)
    outgoing.once('close', onClose)
    outgoing.write(chunk, (error) => {
      outgoing.off('close', onClose)
      resolve(error === undefined || error === null)
    })
  })
}
