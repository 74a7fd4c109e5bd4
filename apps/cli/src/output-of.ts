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
    written: async () => await written(stream),
    isTerminal: stream.isTTY,
    get columns() {
      return stream.columns ?? 80
    },
  }
}

/** Waits for all that was written, and says whether it got out. */
export async function written(stream: Writable): Promise<boolean> {
  if (!stream.writable) return false
  return await new Promise((resolve) => {
    // Of a write that fails not every stream tells who waits for it.
    const failed = () => resolve(false)
    stream.once('error', failed)
    stream.write('', (error) => {
      stream.off('error', failed)
      resolve(error === undefined || error === null)
    })
  })
}
