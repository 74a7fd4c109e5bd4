import { type Call, throwIfCancelled } from '@gantry/core/driver'

import { stoppable } from './stoppable.ts'

/** What is to be listed. */
export interface Listing<One> {
  /** It is short: it may be held until those before it were given. */
  readonly short: boolean
  readonly list: (call: Call) => AsyncIterable<One>
}

/** What a listing tells, as it comes or at once; `undefined` behind the last listing. */
type Begun<One> = AsyncIterable<One> | Promise<readonly One[]> | undefined

/**
 * Gives what listings tell, one behind the other, while the next ones are asked for already: each of them costs a round trip
 * or two, of which a study of hundreds of series has hundreds. The first is given as soon as it is known, and what failed
 * fails in its turn. Begins with what is asked for first, and ends what was begun when nobody wants more.
 */
export async function* ahead<One>(
  listings: AsyncIterable<Listing<One>>,
  width: number,
  call: Call,
): AsyncGenerator<One, void, undefined> {
  const { call: own, stop } = stoppable(call)
  const source = listings[Symbol.asyncIterator]()
  const waiting: Promise<{ readonly of: Begun<One> }>[] = []
  let turn: Promise<unknown> = Promise.resolve()
  const ask = (first: boolean) => {
    const asked = turn.then(async () => {
      throwIfCancelled(own)
      const next = await source.next()
      return { of: next.done === true ? undefined : begun(next.value, own, first) }
    })
    // Whether it failed is said when it is its turn.
    turn = asked.catch(() => {})
    waiting.push(asked)
  }
  try {
    ask(true)
    for (;;) {
      const next = await waiting.shift()
      if (next?.of === undefined) return
      while (waiting.length < width - 1) ask(false)
      yield* await next.of
      if (waiting.length === 0) ask(true)
    }
  } finally {
    stop()
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
