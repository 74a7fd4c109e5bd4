import { type Call, GantryError } from '@gantry/core/driver'

/** A call of its own, which ends with the one that it is part of, or before that. */
export function stoppable(call: Call): { readonly call: Call; readonly stop: () => void } {
  const own = new AbortController()
  return {
    call: { ...call, signal: AbortSignal.any([call.signal, own.signal]) },
    stop: () => own.abort(new GantryError('cancelled', 'Stopped on request.')),
  }
}
