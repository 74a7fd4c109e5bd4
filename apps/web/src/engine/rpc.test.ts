import { expect, test } from 'vitest'

import { type CallContext, answerCalls, remoteOf, type WorkerPort } from './rpc.ts'

interface Calls {
  double(context: CallContext, number: number): number
  wait(context: CallContext): Promise<void>
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
