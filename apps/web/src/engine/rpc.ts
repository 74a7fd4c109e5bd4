import { type ErrorCode, GantryError, isGantryError } from '@gantry/core'

import { reasonOf } from './reason-of.ts'

/** What passes between the page and its worker. */
type Asked =
  | { readonly id: number; readonly call: string; readonly given: readonly unknown[] }
  | { readonly stop: number }
type Told =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: Failure }
  | { readonly id: number; readonly progress: unknown }

interface Failure {
  readonly code: ErrorCode
  readonly message: string
  readonly reason?: string
}

/** What a call is given besides its own: how it is stopped, and whom it tells how far it is. */
export interface CallContext {
  readonly signal: AbortSignal
  readonly progress: (what: unknown) => void
}

interface HandlerContext extends CallContext {
  /** Stops all calls but those of this name, and answers which they were when they have ended. */
  readonly stopOthers: () => Promise<readonly string[]>
}

export type Handler = (context: HandlerContext, ...given: never[]) => unknown

interface Running {
  readonly call: string
  readonly controller: AbortController
  readonly ended: Promise<void>
}

/** The calls of an engine as the page makes them. */
export type Remote<Calls> = {
  readonly [Name in keyof Calls]: Calls[Name] extends (context: CallContext, ...given: infer Given) => infer Answer
    ? (...given: Given) => Asking<Awaited<Answer>>
    : never
}

/** A call under way: to be awaited, stopped, and listened to. */
export interface Asking<Answer> extends PromiseLike<Answer> {
  stop(): void
  onProgress(listener: (what: never) => void): Asking<Answer>
}

interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
}

/** In the worker: answers calls by the handlers that are found by their names. */
export function answerCalls(port: Port, find: (call: string) => Promise<Handler | undefined>): void {
  const running = new Map<number, Running>()
  port.addEventListener('message', ({ data }: MessageEvent<Asked>) => {
    if ('stop' in data) {
      running.get(data.stop)?.controller.abort()
      return
    }
    const controller = new AbortController()
    running.set(data.id, { call: data.call, controller, ended: answer(data, controller.signal) })
  })

  async function stopOthers(than: string): Promise<readonly string[]> {
    const others = [...running.values()].filter(({ call }) => call !== than)
    for (const { controller } of others) controller.abort()
    await Promise.all(others.map(async ({ ended }) => await ended))
    return others.map(({ call }) => call)
  }

  async function answer({ id, call, given }: Extract<Asked, { id: number }>, signal: AbortSignal): Promise<void> {
    const progress = (what: unknown) => port.postMessage({ id, progress: what } satisfies Told, [])
    try {
      const handler = await find(call)
      if (handler === undefined) throw new GantryError('unsupported', 'The worker does not know that call.')
      const value = await handler({ signal, progress, stopOthers: () => stopOthers(call) }, ...(given as never[]))
      port.postMessage({ id, value } satisfies Told, value instanceof ArrayBuffer ? [value] : [])
    } catch (error) {
      port.postMessage({ id, error: failureOf(error) } satisfies Told, [])
    } finally {
      running.delete(id)
    }
  }
}

/** A worker as the page has it. */
export interface WorkerPort extends Port {
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
  addEventListener(type: 'error' | 'messageerror', listener: (event: Event) => void): void
  terminate(): void
}

/**
 * In the page: calls as methods. A worker that dies answers nothing any more: what waits for it fails, and the next call
 * opens another one.
 */
export function remoteOf<Calls>(open: () => WorkerPort): Remote<Calls> {
  let last = 0
  let port: WorkerPort | undefined
  const waiting = new Map<number, (told: Told) => void>()
  const opened = (): WorkerPort => {
    if (port !== undefined) return port
    const made = open()
    made.addEventListener('message', ({ data }: MessageEvent<Told>) => waiting.get(data.id)?.(data))
    const died = () => {
      if (port !== made) return
      port = undefined
      made.terminate()
      for (const [id, tell] of waiting)
        tell({ id, error: { code: 'internal', message: 'The worker of the page has stopped.' } })
    }
    made.addEventListener('error', died)
    made.addEventListener('messageerror', died)
    return (port = made)
  }
  const ask = (call: string, given: readonly unknown[]): Asking<unknown> => {
    const id = (last += 1)
    const listeners: ((what: never) => void)[] = []
    const promise = new Promise<unknown>((resolve, reject) => {
      waiting.set(id, (told) => {
        if ('progress' in told) {
          for (const listener of listeners) listener(told.progress as never)
          return
        }
        waiting.delete(id)
        if ('error' in told) reject(errorOf(told.error))
        else resolve(told.value)
      })
    })
    const ports = given.filter((one) => one instanceof MessagePort)
    opened().postMessage({ id, call, given } satisfies Asked, ports)
    const asking: Asking<unknown> = {
      // oxlint-disable-next-line unicorn/no-thenable -- it is awaited as the promise that it wraps
      then: (...listening) => promise.then(...listening),
      stop: () => port?.postMessage({ stop: id } satisfies Asked, []),
      onProgress: (listener) => {
        listeners.push(listener)
        return asking
      },
    }
    return asking
  }
  // At once, so that it has begun to load when it is needed.
  opened()
  return new Proxy({} as Remote<Calls>, {
    get: (_, name) => (name === 'then' ? undefined : (...given: unknown[]) => ask(String(name), given)),
  })
}

function failureOf(error: unknown): Failure {
  if (!isGantryError(error)) return { code: 'internal', message: 'Something failed in a way that nobody expected.' }
  const reason = reasonOf(error)
  return { code: error.code, message: error.message, ...(reason !== undefined && { reason }) }
}

function errorOf({ code, message, reason }: Failure): GantryError {
  return new GantryError(code, message, reason === undefined ? {} : { cause: { reason } })
}

/** Tells what an answer is, or why there is none, unless it is given up before: by what is returned. */
export function listen<Answer>(
  asking: Asking<Answer>,
  told: (answer: Answer) => void,
  failed: (error: unknown) => void,
): () => void {
  let stale = false
  Promise.resolve(asking).then(
    (answer) => (stale ? undefined : told(answer)),
    (error: unknown) => (stale ? undefined : failed(error)),
  )
  return () => {
    stale = true
    asking.stop()
  }
}
