import type { Context } from '../context.ts'
import { formatCount, formatDuration } from '../render/amounts.ts'
import { renderBar } from '../render/bar.ts'
import { LiveArea } from '../render/live-area.ts'
import { fit } from '../render/segments.ts'

/** How far work is whose end is known: a bar on a terminal, elsewhere a line every few seconds; silent for programs. */
export interface Meter {
  /** What is done from now on; files are counted, all else is told by its fraction. */
  begin(what: string, unit: 'files' | 'part'): void
  update(progress: { readonly done: number; readonly total: number }): void
  end(): void
}

const drawEvery = 100
const sayEvery = 5_000
const barWidth = 24

export function createMeter({ io, options, style }: Context, now: () => number = Date.now): Meter {
  const { stderr, env } = io
  const silent = options.json || options.quiet
  const live = stderr.isTerminal && env['TERM'] !== 'dumb'
  const area = new LiveArea(stderr)
  let what = ''
  let unit: 'files' | 'part' = 'part'
  let began = now()
  let last = began
  return {
    begin(text, counted) {
      what = text
      unit = counted
      began = now()
      last = began
    },
    update({ done, total }) {
      if (silent || now() - last < (live ? drawEvery : sayEvery)) return
      last = now()
      const fraction = total === 0 ? 0 : Math.min(1, done / total)
      const percent = `${Math.floor(fraction * 100)} %`
      const far = unit === 'files' ? `${formatCount(done)} of ${formatCount(total)}` : percent
      const left = fraction > 0.02 && unit === 'part' ? ((last - began) * (1 - fraction)) / fraction : undefined
      const rest =
        left === undefined ? '' : `${formatDuration(Math.ceil(left / 1000) * 1000).replace('.0 s', ' s')} left`
      if (!live) {
        stderr.write(`${[`${what} ${far}`, rest].filter((text) => text !== '').join(', ')}\n`)
        return
      }
      const bar = style.stderr.cyan(renderBar(fraction, barWidth, env['TERM'] !== 'linux'))
      const segments = [what, bar, far, rest].map((text, index) => ({ text, rank: [0, 3, 1, 2][index] ?? 0 }))
      area.draw([fit(segments, stderr.columns - 1)])
    },
    end: () => area.clear(),
  }
}
