import { GantryError } from '@gantry/core'

import { orGiveUp } from '../give-up.ts'

/** Does work whose signal follows `signal`, and is aborted with `timeout` when `touch` was not called for long. */
export async function withStall<Value>(
  { signal, stall }: { readonly signal: AbortSignal; readonly stall: number },
  work: (signal: AbortSignal, touch: () => void) => Promise<Value>,
): Promise<Value> {
  const controller = new AbortController()
  const follow = () => controller.abort(signal.reason)
  let stalled: GantryError | undefined
  let moved = performance.now()
  const timer = setInterval(
    () => {
      if (performance.now() - moved < stall) return
      stalled = new GantryError('timeout', 'Nothing moved for too long: the connection or the store hangs.')
      controller.abort(stalled)
    },
    Math.min(1000, stall / 4),
  )
  if (signal.aborted) follow()
  else signal.addEventListener('abort', follow, { once: true })
  try {
    const working = work(controller.signal, () => {
      moved = performance.now()
    })
    return await orGiveUp(controller.signal, stall, working)
  } catch (error) {
    throw stalled ?? error
  } finally {
    clearInterval(timer)
    signal.removeEventListener('abort', follow)
  }
}
