import { type ErrorCode, GantryError, isGantryError } from '@gantry/core'

import type { QueueServer } from './queue-server.ts'

/** Resolves when the server answers; says what is wrong within seconds where it does not. */
export async function reachable(
  client: { waitUntilReady(): Promise<unknown> },
  kind: QueueServer['kind'],
  signal?: AbortSignal,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  let stop: (() => void) | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), 15_000)
    stop = () => reject(new GantryError('cancelled', 'Stopped.'))
    signal?.addEventListener('abort', stop)
  })
  try {
    signal?.throwIfAborted()
    await Promise.race([client.waitUntilReady(), late])
  } catch (error) {
    throw unreachable(error, kind)
  } finally {
    clearTimeout(timer)
    if (stop !== undefined) signal?.removeEventListener('abort', stop)
  }
}

/** The same of a server that nothing is open of. */
export async function answers(server: QueueServer, signal: AbortSignal): Promise<void> {
  const flow = server.flow()
  try {
    await reachable(flow, server.kind, signal)
  } finally {
    // One that does not answer would be waited for.
    void flow.close().catch(() => {})
  }
}

/** What a queue's error means, by what its server or its driver calls it; messages are theirs, and could say anything. */
export function queueErrorCode(error: unknown): ErrorCode {
  if (isGantryError(error)) return error.code
  const { code = '', message = '' } = error as { code?: unknown; message?: string }
  const state = String(code)
  if (/NOAUTH|WRONGPASS/u.test(message) || state.startsWith('28')) return 'unauthenticated'
  if (/NOPERM/u.test(message) || state === '42501') return 'permission_denied'
  if (state === '3D000') return 'not_found'
  // Connections, resources, an operator's shutdown; and whatever the network calls its own.
  const passes = /^(?:08|53|57|E[A-Z]+$)/u.test(state) || /Connection|connect|timeout|late/u.test(message)
  return passes ? 'unavailable' : 'internal'
}

function unreachable(cause: unknown, kind: QueueServer['kind']): GantryError {
  if (isGantryError(cause)) return cause
  const code = queueErrorCode(cause)
  if (code === 'unauthenticated') {
    return new GantryError(code, 'The queue refused the user or its password: see --queue.')
  }
  if (code === 'permission_denied') {
    return new GantryError(code, 'The queue does not let this user make its tables, or use them: see --queue.')
  }
  if (code === 'not_found') return new GantryError(code, 'The queue has no such database: see --queue.')
  const name = kind === 'redis' ? 'Redis' : 'PostgreSQL'
  const other = kind === 'redis' ? ' A PostgreSQL can be the queue, too.' : ''
  return new GantryError('unavailable', `The queue does not answer: is ${name} running where --queue says?${other}`)
}
