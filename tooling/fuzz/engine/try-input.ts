import type { Trial } from '../target.ts'

/** Milliseconds that no input of a quarter megabyte is worth. */
const patience = 20_000
/** Bytes outside of the heap that no such input is worth. */
const most = 512 * 2 ** 20

/** What was wrong with an input; `undefined` where all holds. */
export async function tryInput(trial: Trial, input: Uint8Array): Promise<string | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<string>()
  const timer = setTimeout(() => resolve(`it was not read within ${patience / 1000} s`), patience)
  try {
    const wrong = await Promise.race([trial.run(input).then(() => undefined), late])
    if (wrong !== undefined) return wrong
    return process.memoryUsage().arrayBuffers > most ? 'it was worth more than half a gigabyte' : undefined
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  } finally {
    clearTimeout(timer)
  }
}

/** A shorter input with which the same is wrong, as far as leaving out pieces finds one. */
export async function minimized(trial: Trial, input: Uint8Array, wrong: string): Promise<Uint8Array> {
  const [kind] = wrong.split('\n')
  let best = input
  let tries = 0
  for (let piece = best.length >> 1; piece > 0; piece >>= 1) {
    for (let at = 0; at + piece <= best.length && tries < 2000;) {
      tries += 1
      const shorter = Uint8Array.from(Buffer.concat([best.subarray(0, at), best.subarray(at + piece)]))
      const found = await tryInput(trial, shorter)
      if (found?.split('\n')[0] === kind) best = shorter
      else at += piece
    }
  }
  return best
}
