import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

import type { S3FaultAction } from './fault.ts'
import type { BodyInterference } from './operations/context.ts'
import { closed } from './send-answer.ts'

/** Waits no longer than somebody waits for the answer. */
export async function sleepWhileOpen(milliseconds: number, response: ServerResponse): Promise<void> {
  const ended = new AbortController()
  const end = () => ended.abort()
  response.once('close', end)
  // The only way for it to fail is to be ended.
  await sleep(milliseconds, undefined, { signal: ended.signal }).catch(() => {})
  response.off('close', end)
}

export async function breakConnection(fault: S3FaultAction, response: ServerResponse): Promise<void> {
  if (fault.kind === 'reset') response.socket?.resetAndDestroy()
  else await closed(response)
}

/** What a fault does while the body of a request comes in. */
export function interferenceOf(fault: S3FaultAction | undefined, response: ServerResponse): BodyInterference {
  if (fault?.kind === 'flip' && fault.what === 'stored') return { flipStored: fault.at }
  if (fault === undefined || !('when' in fault) || fault.when !== 'request-body') return {}
  const limit = fault.bytes ?? 0
  return {
    async received(bytes) {
      if (bytes < limit) return
      await breakConnection(fault, response)
      // The rest of the body may be here already: nothing of it may count.
      throw new Error('The connection was lost in the body')
    },
  }
}
