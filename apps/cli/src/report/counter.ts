import type { Context } from '../context.ts'
import type { Output } from '../io.ts'
import { entries, formatBytes, formatRate } from '../render/amounts.ts'
import { LiveArea } from '../render/live-area.ts'
import { fit } from '../render/segments.ts'

/** Counts on the last line of a terminal, for work whose end is not known; silent elsewhere. */
export interface Counter {
  add(bytes: number, entries?: number): void
  /** Prints a line to an output without tearing the counter. */
  print(output: Output, line: string): void
  end(): void
}

export function createCounter({ io, options, style }: Context, what: string, now: () => number = Date.now): Counter {
  const shown = io.stderr.isTerminal && !options.json && !options.quiet && io.env['TERM'] !== 'dumb'
  const area = new LiveArea(io.stderr)
  const began = now()
  let count = 0
  let all = 0
  let last = began
  const draw = () => {
    const rate = formatRate((all * 1000) / Math.max(1, now() - began))
    const segments = [`${what} ${entries(count)}`, formatBytes(all), rate].map((text, rank) => ({ text, rank }))
    area.draw([style.stderr.dim(fit(segments, io.stderr.columns - 1))])
  }
  return {
    add(bytes, more = 1) {
      count += more
      all += bytes
      if (!shown || now() - last < 100) return
      last = now()
      draw()
    },
    print(output, line) {
      area.clear()
      output.write(`${line}\n`)
    },
    end: () => area.clear(),
  }
}
