import type { Context } from '../context.ts'

const pausing = 'Pausing (Ctrl-C again stops at once)'

/** Where it was said: once is enough. */
const told = new WeakSet<object>()

/** Says at once that a Ctrl-C was heard, while something is done that comes to its own end. */
export async function notingPause<Value>(
  { io, options, signal }: Context,
  work: () => Promise<Value>,
  note?: (text: string) => void,
): Promise<Value> {
  const say = (text: string) => {
    if (!options.quiet && !options.json) io.stderr.write(`${text}\n`)
  }
  const onInterrupt = () => {
    if (!told.has(signal)) (note ?? say)(pausing)
    told.add(signal)
  }
  if (signal.aborted) onInterrupt()
  signal.addEventListener('abort', onInterrupt, { once: true })
  try {
    return await work()
  } finally {
    signal.removeEventListener('abort', onInterrupt)
  }
}
