import type { HeaderSource } from '../source/header-source.ts'
import { runScan } from '../source/run-scan.ts'
import { inflating } from '../structure/inflating.ts'
import { type Fetch, fetchFromSource, Window } from '../structure/window.ts'

const firstRead = 64 * 1024

/**
 * A deflated data set as if it lay there inflated. Nothing of it is kept: reading forwards inflates on, reading
 * backwards inflates anew from `start`. One read at a time.
 */
export function inflatedSource(source: HeaderSource, start: number): HeaderSource {
  let position = 0
  let fetch: Fetch | undefined
  let last: Promise<unknown> = Promise.resolve()

  function restarted(): Fetch {
    position = 0
    return inflating(new Window(fetchFromSource, { size: source.size, limit: Infinity, firstRead }), start, Infinity)
  }

  async function read(from: number, to: number): Promise<Uint8Array> {
    const inflate = fetch === undefined || from < position ? restarted() : fetch
    // A read that fails leaves the inflater in the middle of something: it is not used again.
    fetch = undefined
    const bytes = await runScan(inflate(from, to), source)
    position = to
    fetch = inflate
    return bytes
  }

  return {
    read(from, to) {
      const next = last.then(() => read(from, to))
      last = next.catch(() => {})
      return next
    },
  }
}
