import type { ClientRequest } from 'node:http'

import { type Bytes, type Call, exactlyHeldBack, GantryError } from '@gantry/core/driver'

import type { Stream } from '../transport.ts'

/** Sends a body, one chunk after another: the next is asked for when the system has taken the last. */
export async function sendBody(
  message: ClientRequest,
  body: Uint8Array | Stream | undefined,
  call: Call,
  service: string,
): Promise<void> {
  if (body === undefined) {
    message.end()
    return
  }
  if (body instanceof Uint8Array) {
    message.end(body)
    call.report?.(body.length)
    return
  }
  try {
    for await (const chunk of heldBack(body)) {
      await write(message, chunk, service)
      call.report?.(chunk.length)
    }
    message.end()
  } catch (error) {
    // The service must see that this was not all.
    message.destroy(error instanceof Error ? error : undefined)
    throw error
  }
}

/** Of a body whose length is not told, the last of its chunks says that it is whole. */
function heldBack({ bytes, size }: Stream): Bytes {
  return size === undefined ? bytes : exactlyHeldBack(bytes, size)
}

/** A chunk is lent until the next is asked for, so the system must have taken it by then. */
async function write(message: ClientRequest, chunk: Uint8Array, service: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const closed = () =>
      reject(new GantryError('unavailable', `${service} hung up in the middle of a body: try again.`))
    if (message.destroyed) {
      closed()
      return
    }
    message.once('close', closed)
    message.write(chunk, (error) => {
      message.off('close', closed)
      if (error === undefined || error === null) resolve()
      else reject(error)
    })
  })
}
