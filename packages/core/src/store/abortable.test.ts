import { expect, test, vi } from 'vitest'

import { abortable } from './abortable.ts'
import { bytesOf, collect, exactly, tap } from './bytes.ts'

const chunk = new Uint8Array([1, 2, 3])

/** One chunk, and then nothing ever; tells when it was closed. */
function hanging() {
  const state = { closed: false }
  const body: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => body,
    next: () => new Promise(() => {}),
    async return() {
      state.closed = true
      return { done: true, value: undefined }
    },
  }
  return { body, state }
}

test('a body passes through unchanged', async () => {
  const { signal } = new AbortController()
  expect(await collect(abortable(bytesOf(chunk, chunk), signal))).toEqual(new Uint8Array([1, 2, 3, 1, 2, 3]))
})

test('an abort ends the wait for a chunk that never comes, and closes the body', async () => {
  const controller = new AbortController()
  const { body, state } = hanging()
  const result = collect(abortable(body, controller.signal))
  setImmediate(() => controller.abort())
  await expect(result).rejects.toMatchObject({ name: 'GantryError', code: 'cancelled' })
  expect(state.closed).toBe(true)
})

test('an aborted signal ends a body before its first chunk', async () => {
  const { body, state } = hanging()
  await expect(collect(abortable(body, AbortSignal.abort()))).rejects.toMatchObject({ code: 'cancelled' })
  expect(state.closed).toBe(true)
})

test('no listener stays behind, whether the body ends, fails, is closed, or is never asked for a chunk', async () => {
  let listeners = 0
  const { signal } = new AbortController()
  vi.spyOn(signal, 'addEventListener').mockImplementation(() => void (listeners += 1))
  vi.spyOn(signal, 'removeEventListener').mockImplementation(() => void (listeners -= 1))
  await collect(abortable(bytesOf(chunk), signal))
  await expect(collect(abortable(exactly(bytesOf(chunk), 9), signal))).rejects.toMatchObject({ code: 'integrity' })
  for await (const one of abortable(bytesOf(chunk, chunk), signal)) {
    expect(one).toBe(chunk)
    break
  }
  abortable(bytesOf(chunk), signal)
  expect(listeners).toBe(0)
})

test.each([
  ['abortable', (body: AsyncIterable<Uint8Array>) => abortable(body, new AbortController().signal)],
  ['exactly', (body: AsyncIterable<Uint8Array>) => exactly(body, 3)],
  ['tap', (body: AsyncIterable<Uint8Array>) => tap(body, () => {})],
])('%s closes what is behind it, also when no chunk was asked for', async (_name, wrap) => {
  const { body, state } = hanging()
  await wrap(body)[Symbol.asyncIterator]().return?.()
  expect(state.closed).toBe(true)
})
