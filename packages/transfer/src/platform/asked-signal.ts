/**
 * The signal of a controller, aborted as well as soon as somebody who asks finds that it is to be: for a moment that passes while
 * nothing of this process runs, of which no timer tells before whatever waited has gone on. `isDue` is asked each time.
 */
export function askedSignal(controller: AbortController, isDue: () => boolean, reason?: () => unknown): AbortSignal {
  const { signal } = controller
  const isAborted = () => Reflect.get(AbortSignal.prototype, 'aborted', signal)
  return Object.defineProperty(signal, 'aborted', {
    configurable: true,
    get() {
      if (!isAborted() && isDue()) controller.abort(reason?.())
      return isAborted()
    },
  })
}
