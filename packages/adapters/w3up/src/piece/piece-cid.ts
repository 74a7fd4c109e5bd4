import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'

import { type Bytes, type Call, GantryError } from '@gantry/core/driver'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'

import { codec } from '../pack/cid.ts'

/** From source or built: this file and the thread's are of one kind. */
const file = `./piece-thread${extname(import.meta.url)}`

/** The PieceCID (CommP, version 2) of a shard, on a thread of its own: 14 to 20 MiB a second. */
export async function pieceCidOf(body: Bytes, call: Call): Promise<string> {
  const worker = new Worker(new URL(file, import.meta.url))
  let waiting: { resolve: (message: unknown) => void; reject: (error: unknown) => void } | undefined
  let failure: unknown
  const fail = (error: unknown) => {
    failure = error
    waiting?.reject(error)
  }
  const stop = () => fail(new GantryError('cancelled', 'Stopped on request.'))
  worker.on('message', (message) => waiting?.resolve(message))
  worker.on('error', fail)
  call.signal.addEventListener('abort', stop)
  const ask = async (message: Uint8Array | 'end') =>
    await new Promise<unknown>((resolve, reject) => {
      if (failure !== undefined) return reject(failure)
      waiting = { resolve, reject }
      // eslint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      worker.postMessage(message)
    })
  try {
    // A chunk is copied on its way to the thread.
    for await (const chunk of body) await ask(chunk)
    const multihash = (await ask('end')) as Uint8Array
    return CID.createV1(codec.raw, Digest.decode(new Uint8Array(multihash))).toString()
  } finally {
    call.signal.removeEventListener('abort', stop)
    await worker.terminate()
  }
}
