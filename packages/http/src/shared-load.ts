import { type Call, throwIfCancelled, toCall } from '@gantry/core/driver'

interface Load<Value> {
  readonly value: Promise<Value>
  readonly stop: () => void
  waiting: number
  loaded: boolean
}

/**
 * Loads once what any number of callers wait for. One that gives up leaves the load to the others, and the last one ends
 * it; what failed, or was ended, is loaded again by the next.
 */
export function sharedLoad<Value>(load: (call: Call) => Promise<Value>): (call: Call) => Promise<Value> {
  let current: Load<Value> | undefined

  function begin(): Load<Value> {
    const controller = new AbortController()
    const value = load(toCall({ signal: controller.signal }))
    return { value, stop: () => controller.abort(), waiting: 0, loaded: false }
  }

  return async (call) => {
    throwIfCancelled(call)
    const begun = (current ??= begin())
    begun.waiting += 1
    const gaveUp = Promise.withResolvers<never>()
    const stop = () => {
      try {
        throwIfCancelled(call)
      } catch (error) {
        gaveUp.reject(error)
      }
    }
    call.signal.addEventListener('abort', stop)
    try {
      const value = await Promise.race([begun.value, gaveUp.promise])
      begun.loaded = true
      return value
    } finally {
      call.signal.removeEventListener('abort', stop)
      begun.waiting -= 1
      if (begun.waiting === 0 && !begun.loaded) {
        if (current === begun) current = undefined
        begun.stop()
      }
    }
  }
}
