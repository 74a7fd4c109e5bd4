import type { Progress } from '@gantry/core'
import { expect, test, vi } from 'vitest'

import type { Output } from '../io.ts'
import { createStyle } from '../render/style.ts'
import { liveReporter } from './live-reporter.ts'

test('the bar is drawn with the first progress, whatever was told before it', () => {
  vi.useFakeTimers()
  try {
    let text = ''
    const output: Output = {
      columns: 60,
      isTerminal: true,
      ready: () => Promise.resolve(),
      written: () => Promise.resolve(true),
      write: (more) => void (text += more),
    }
    const reporter = liveReporter(output, { style: createStyle(false), unicode: false })
    vi.advanceTimersByTime(1000)
    expect(text).toBe('')
    const none = { entries: 0, bytes: 0 }
    const counts = { total: none, done: none, skipped: none, failed: none, inFlight: 0, retries: 0, bytes: 0 }
    const progress: Progress = {
      phase: 'planning',
      sized: false,
      ...counts,
      comparing: 0,
      compared: 0,
      rate: 0,
      eta: undefined,
    }
    reporter.event({ type: 'progress', ...progress })
    expect(text).toContain('Listing the source')
    reporter.end(undefined)
    expect(text.endsWith('\u001B[J')).toBe(true)
  } finally {
    vi.useRealTimers()
  }
})
