/** `fetch`, but for what is chosen: that never answers, or answers with a byte now and then. `asked` counts those. */
export function slowFetch(how: 'silence' | 'trickle', isSlow: (url: URL) => boolean) {
  const asked = { slow: 0 }
  const send: typeof fetch = async (given, init) => {
    const url = new URL(given instanceof Request ? given.url : given)
    if (!isSlow(url)) return await fetch(given, init)
    asked.slow += 1
    const ended = new Promise<never>((_, reject) => {
      init?.signal?.addEventListener('abort', () => reject(new DOMException('Aborted.', 'AbortError')))
    })
    if (how === 'silence') return await ended
    ended.catch(() => {})
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
      await Promise.race([ended, new Promise((resolve) => void setTimeout(resolve, 20))])
      controller.enqueue(Uint8Array.of(0))
    }
    return new Response(new ReadableStream({ pull }), { status: 206 })
  }
  return { send, asked }
}
