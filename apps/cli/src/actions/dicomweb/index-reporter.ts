import type { IndexStatus } from '@gantry/serve'

import type { Context } from '../../context.ts'
import { toJsonLine } from '../../render/json.ts'
import { LiveArea } from '../../render/live-area.ts'

export interface IndexReporter {
  /** As the index grows. */
  progress(status: IndexStatus): void
  /** A line that stays. */
  print(line: string): void
  /** The store was listed to its end. */
  done(status: IndexStatus): void
  end(): void
}

/** Tells how the index grows: in place on a terminal, in JSON where that is wanted, and at its end in any case. */
export function createIndexReporter({ io, options, style }: Context, now: () => number = Date.now): IndexReporter {
  const isLive = io.stderr.isTerminal && !options.json && !options.quiet && io.env['TERM'] !== 'dumb'
  const area = new LiveArea(io.stderr)
  let last = 0
  let isFirst = true
  let lacked = 0
  return {
    progress(status) {
      if (status.complete || now() - last < (options.json ? 1000 : 100)) return
      last = now()
      const { listed, read } = status
      if (options.json) io.stdout.write(toJsonLine({ type: 'indexing', listed, read }))
      else if (isLive) area.draw([style.stderr.dim(`Indexing: ${listed} files listed, ${read} headers read`)])
    },
    print(line) {
      if (isLive) area.print(line)
      else io.stderr.write(`${line}\n`)
    },
    done({ counts, read, refused }) {
      const lacks = refused + counts.failed
      // Told once, and again when something has changed.
      if (!isFirst && lacks === lacked && read === counts.failed) return
      area.clear()
      if (options.json) io.stdout.write(toJsonLine({ type: 'index', ...counts, refused }))
      else if (!options.quiet) io.stderr.write(`${style.stderr.dim(describe(counts, refused))}\n`)
      if (lacks > 0 && lacks !== lacked && !options.json)
        io.stderr.write(`${style.stderr.yellow('warning')}: ${lacking}\n`)
      isFirst = false
      lacked = lacks
    },
    end: () => area.clear(),
  }
}

const lacking =
  'not all of the store could be read: answers of many say so, and who copies from here is told that there may be more.'

function describe({ studies, instances, others, failed, copies }: IndexStatus['counts'], refused: number): string {
  const parts = [
    `${studies} ${studies === 1 ? 'study' : 'studies'}, ${instances} ${instances === 1 ? 'image' : 'images'}`,
    ...(others > 0 ? [`${others} other files left out`] : []),
    ...(copies > 0 ? [`${copies} further copies of images left out`] : []),
    ...(failed > 0 ? [`${failed} files that could not be read`] : []),
    ...(refused > 0 ? [`${refused} folders or records that could not be looked into`] : []),
  ]
  return `Index: ${parts.join('; ')}`
}
