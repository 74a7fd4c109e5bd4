import { type Call, GantryError } from '@gantry/core/driver'

/** A call of its own, which ends with the one that it is part of, or before that. */
export function stoppable(call: Call): { readonly call: Call; readonly stop: () => void } {
  const controller = new AbortController()
  const onAbort = () => controller.abort(new GantryError('cancelled', 'Stopped on request.'))
  if (call.signal.aborted) onAbort()
  call.signal.addEventListener('abort', onAbort)
  const stop = () => {
    onAbort()
    call.signal.removeEventListener('abort', onAbort)
  }
  return { call: { ...call, signal: controller.signal }, stop }
}
