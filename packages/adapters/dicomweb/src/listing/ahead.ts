import { type Call, GantryError } from '@gantry/core/driver'

/** What is to be listed. */
export interface Listing<One> {
  /** It is short: it may be held until those before it were given. */
  readonly short: boolean
  readonly list: (call: Call) => AsyncIterable<One>
}

/**
 * Gives what listings tell, one behind the other, while the next ones are asked for already: each of them costs a round trip
 * or two, of which a study of hundreds of series has hundreds. Begins with what is asked for first, and ends what was begun
 * when nobody wants more.
 */
export async function* ahead<One>(
  listings: AsyncIterable<Listing<One>>,
  width: number,
  call: Call,
): AsyncGenerator<One, void, undefined> {
  const stop = new AbortController()
  const onAbort = () => stop.abort(new GantryError('cancelled', 'Stopped on request.'))
  if (call.signal.aborted) onAbort()
  call.signal.addEventListener('abort', onAbort)
  const own: Call = { ...call, signal: stop.signal }
  const waiting: (AsyncIterable<One> | Promise<readonly One[]>)[] = []
  const source = listings[Symbol.asyncIterator]()
  let ended = false
  try {
    while (!ended || waiting.length > 0) {
      while (!ended && waiting.length < width) {
        const next = await source.next()
        if (next.done === true) ended = true
        else waiting.push(begun(next.value, own, waiting.length === 0))
      }
      const first = await waiting.shift()
      if (first !== undefined) yield* first
    }
  } finally {
    onAbort()
    call.signal.removeEventListener('abort', onAbort)
    await source.return?.()
  }
}

/** What is given at once comes as it is told; what is long is not asked for before its turn. */
function begun<One>(
  { short, list }: Listing<One>,
  call: Call,
  first: boolean,
): AsyncIterable<One> | Promise<readonly One[]> {
  if (first || !short) return list(call)
  const all = collected(list(call))
  // Whether it failed is said when it is its turn.
  all.catch(() => {})
  return all
}

async function collected<One>(all: AsyncIterable<One>): Promise<readonly One[]> {
  const given: One[] = []
  for await (const one of all) given.push(one)
  return given
}
