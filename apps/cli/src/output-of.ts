import type { Writable } from 'node:stream'

import type { Output } from './io.ts'

type Stream = Writable & Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>

export function outputOf(stream: Stream): Output {
  return {
    write(text) {
      if (stream.writable) stream.write(text)
    },
    async ready() {
      if (!stream.writableNeedDrain || !stream.writable) return
      await new Promise<void>((resolve) => {
        const events = ['drain', 'close', 'error'] as const
        // Waited for at every entry: the two that do not come would stay.
        const done = () => {
          for (const event of events) stream.off(event, done)
          resolve()
        }
        for (const event of events) stream.on(event, done)
      })
    },
    isTerminal: stream.isTTY,
    get columns() {
      return stream.columns ?? 80
    },
  }
}
