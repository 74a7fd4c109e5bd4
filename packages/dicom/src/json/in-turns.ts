import { GantryError, type Signal } from '@gantry/core'

/** How long others wait for their turn, in milliseconds. */
const longestTurn = 20

/** What is made piece by piece, with a turn for others between: a long header would keep them waiting for seconds. */
export async function* inTurns<Piece>(
  pieces: Iterable<Piece>,
  { signal }: { readonly signal?: Signal | undefined } = {},
): AsyncGenerator<Piece, void, undefined> {
  let started = performance.now()
  for (const piece of pieces) {
    yield piece
    if (performance.now() - started < longestTurn) continue
    await new Promise<void>((resolve) => void setTimeout(resolve, 0))
    if (signal?.aborted === true) throw new GantryError('cancelled', 'The conversion was given up.')
    started = performance.now()
  }
}
