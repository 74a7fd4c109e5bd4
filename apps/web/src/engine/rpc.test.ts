import { GantryError } from '@gantry/core'
import { expect, test } from 'vitest'

import { type CallContext, answerCalls, remoteOf, type WorkerPort } from './rpc.ts'

interface Calls {
  end(context: CallContext): readonly string[]
  double(context: CallContext, number: number): number
  untilStopped(context: CallContext): Promise<void>
  wait(context: CallContext): Promise<void>
}

async function stopped(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  throw new GantryError('cancelled', 'Stopped on request.')
}

/** Two ends of a channel: what a worker is to a page. */
function workers() {
  const opened: { readonly channel: MessageChannel; die(type: 'error' | 'messageerror'): void }[] = []
  const open = (): WorkerPort => {
    const channel = new MessageChannel()
    const heard = new Map<string, (event: Event) => void>()
    channel.port1.start()
    channel.port2.start()
    answerCalls(channel.port2, async (call) => {
      if (call === 'double') return (_, number: never) => number * 2
      if (call === 'end') return async ({ stopOthers }) => await stopOthers()
      if (call === 'untilStopped') return async ({ signal }) => await stopped(signal)
      return async () => await new Promise(() => {})
    })
    opened.push({ channel, die: (type) => heard.get(type)?.(new Event(type)) })
    return {
      postMessage: (message, transfer) => channel.port1.postMessage(message, transfer),
      addEventListener: (type: string, listener: (event: never) => void) => {
        if (type === 'message') channel.port1.addEventListener('message', listener as never)
        else heard.set(type, listener as never)
      },
      terminate: () => channel.port1.close(),
    }
  }
  return { opened, open }
}

test.each(['error', 'messageerror'] as const)(
  'after an %s, what waits fails, and the next call is answered',
  async (type) => {
    const { opened, open } = workers()
    const remote = remoteOf<Calls>(open)
    expect(await remote.double(2)).toBe(4)
    const waiting = [Promise.resolve(remote.wait()), Promise.resolve(remote.wait())]
    opened[0]?.die(type)
    for (const one of waiting) await expect(one).rejects.toMatchObject({ code: 'internal' })
    expect(await remote.double(3)).toBe(6)
    expect(opened.length).toBe(2)
    opened[0]?.die(type)
    expect(await remote.double(4)).toBe(8)
    expect(opened.length).toBe(2)
    opened[1]?.channel.port1.close()
  },
)

test('a call that ends the others waits for them, and not for one of its own kind', async () => {
  const { opened, open } = workers()
  const remote = remoteOf<Calls>(open)
  const running = [Promise.resolve(remote.untilStopped()), Promise.resolve(remote.untilStopped())]
  const ends = [Promise.resolve(remote.end()), Promise.resolve(remote.end())]
  for (const one of running) await expect(one).rejects.toMatchObject({ code: 'cancelled' })
  expect((await Promise.all(ends))[0]).toEqual(['untilStopped', 'untilStopped'])
  expect(await remote.end()).toEqual([])
  opened[0]?.channel.port1.close()
})
