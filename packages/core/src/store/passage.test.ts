import { describe, expect, test, vi } from 'vitest'

import { closable, drain } from '../../model/tiny-driver.ts'
import { bytesOf } from './bytes.ts'
import { passage } from './passage.ts'

const chunk = (length: number) => new Uint8Array(length)

/** A body that never answers, and whether it was closed. */
function hanging() {
  const state = { closed: false, answer: undefined as ((result: IteratorResult<Uint8Array>) => void) | undefined }
  const body: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => body,
    next: () => new Promise((resolve) => (state.answer = resolve)),
    async return() {
      state.closed = true
      return { done: true, value: undefined }
    },
  }
  return { body, state }
}

function failing(reason: unknown): AsyncIterableIterator<Uint8Array> {
  const body: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => body,
    next: () => Promise.reject(reason),
  }
  return body
}

describe('the length', () => {
  test('may be less where that is allowed, and never more', async () => {
    const rules = { size: 5, orFewer: true }
    expect(await drain(passage(bytesOf(chunk(2)), rules))).toBe(2)
    expect(await drain(passage(bytesOf(chunk(2), chunk(3)), rules))).toBe(5)
    await expect(drain(passage(bytesOf(chunk(2), chunk(4)), rules))).rejects.toMatchObject({ code: 'integrity' })
  })
})

describe('what is seen', () => {
  test('goes on when that is done, in order', async () => {
    const order: string[] = []
    const body = passage(bytesOf(chunk(1), chunk(2)), {
      asked: () => void order.push('asked'),
      async see({ length }) {
        await Promise.resolve()
        order.push(`seen ${length}`)
      },
      judge: async () => void order.push('judged'),
    })
    for await (const { length } of body) order.push(`taken ${length}`)
    expect(order).toEqual(['asked', 'seen 1', 'taken 1', 'asked', 'seen 2', 'taken 2', 'asked', 'judged'])
  })

  test.each([
    [
      'at once',
      () => {
        throw new Error('no')
      },
    ],
    [
      'later',
      async () => {
        throw new Error('no')
      },
    ],
  ])('that fails %s closes the body before it is told', async (_, see) => {
    const { body, state } = closable(chunk(1))
    const failure = vi.fn<(error: unknown) => unknown>((error) => error)
    const passing = passage(body, { see, failure })
    await expect(passing.next()).rejects.toThrow('no')
    expect(state.closed).toBe(true)
    expect(failure).toHaveBeenCalledExactlyOnceWith(expect.any(Error), false)
    expect(await passing.next()).toEqual({ done: true, value: undefined })
  })
})

test('what is judged wrong has no end', async () => {
  const judge = async () => {
    throw new Error('wrong')
  }
  const body = passage(bytesOf(chunk(1)), { judge })
  expect((await body.next()).done).toBe(false)
  await expect(body.next()).rejects.toThrow('wrong')
})

describe('a failure', () => {
  test('of the body is told as what it is made of', async () => {
    const failure = (error: unknown, fromBody: boolean) => new Error(`${(error as Error).message} ${fromBody}`)
    await expect(passage(failing(new Error('lost')), { failure }).next()).rejects.toThrow('lost true')
  })

  test('is one too where the body throws instead of rejecting, or answers what is no promise', async () => {
    const rude = {
      [Symbol.asyncIterator]: () => ({
        next(): Promise<IteratorResult<Uint8Array>> {
          throw new Error('rude')
        },
      }),
    }
    await expect(passage(rude, {}).next()).rejects.toThrow('rude')
    const plain = { [Symbol.asyncIterator]: () => bytesOf(chunk(3))[Symbol.asyncIterator]() }
    expect(await drain(passage(plain, { size: 3 }))).toBe(3)
    const chunks = [chunk(1)].values()
    const lax = { [Symbol.asyncIterator]: () => chunks as unknown as AsyncIterator<Uint8Array> }
    expect(await drain(passage(lax, { size: 1 }))).toBe(1)
  })
})

describe('an abort', () => {
  test('ends it while a chunk is awaited, and closes the body', async () => {
    const { body, state } = hanging()
    const stop = new AbortController()
    const passing = passage(body, { signal: stop.signal })
    const asked = passing.next()
    stop.abort()
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' })
    expect(state.closed).toBe(true)
    // What comes after all comes too late.
    state.answer?.({ done: false, value: chunk(1) })
    expect(await passing.next()).toEqual({ done: true, value: undefined })
  })

  test('while what is seen takes its time', async () => {
    const stop = new AbortController()
    const passing = passage(bytesOf(chunk(1)), { signal: stop.signal, see: () => new Promise(() => {}) })
    const asked = passing.next()
    await Promise.resolve()
    stop.abort()
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' })
  })

  test('between two chunks is told to who asks for the next', async () => {
    const { body, state } = closable(chunk(1), chunk(1))
    const stop = new AbortController()
    const passing = passage(body, { signal: stop.signal })
    await passing.next()
    stop.abort()
    expect(state.closed).toBe(false)
    await expect(passing.next()).rejects.toMatchObject({ code: 'cancelled' })
    expect(state.closed).toBe(true)
  })

  test('leaves nobody registered: neither at the end, nor of a body that was never asked', async () => {
    const { signal } = new AbortController()
    const add = vi.spyOn(signal, 'addEventListener')
    const remove = vi.spyOn(signal, 'removeEventListener')
    passage(bytesOf(chunk(1)), { signal })
    expect(add).not.toHaveBeenCalled()
    await drain(passage(bytesOf(chunk(1), chunk(1)), { signal }))
    expect(add).toHaveBeenCalledTimes(1)
    expect(remove).toHaveBeenCalledTimes(1)
    expect(remove.mock.calls[0]?.[1]).toBe(add.mock.calls[0]?.[1])
  })
})

describe('closing', () => {
  test('closes the body, also when no chunk was asked for', async () => {
    const { body, state } = closable(chunk(1))
    const passing = passage(body, { size: 1 })
    expect(await passing.return?.()).toEqual({ done: true, value: undefined })
    expect(state.closed).toBe(true)
    expect(await passing.next()).toEqual({ done: true, value: undefined })
  })

  test('while a chunk is awaited ends that, too', async () => {
    const { body, state } = hanging()
    const passing = passage(body, {})
    const asked = passing.next()
    await passing.return?.()
    state.answer?.({ done: false, value: chunk(1) })
    expect(await asked).toEqual({ done: true, value: undefined })
  })
})

test('who does not wait gets the chunks in their order all the same', async () => {
  const passing = passage(bytesOf(chunk(1), chunk(2)), { size: 3 })
  const answers = await Promise.all([passing.next(), passing.next(), passing.next(), passing.next()])
  expect(answers.map(({ value }) => value?.length)).toEqual([1, 2, undefined, undefined])
})

test('its end is told once, when the body behind is done with', async () => {
  const told: boolean[] = []
  const rules = { ended: (left: boolean) => void told.push(left) }
  await drain(passage(bytesOf(chunk(1), chunk(1)), rules))
  await expect(drain(passage(failing(new Error('No.')), rules))).rejects.toThrow('No.')
  await expect(drain(passage(bytesOf(chunk(2)), { ...rules, size: 1 }))).rejects.toMatchObject({ code: 'integrity' })
  expect(told.splice(0)).toEqual([false, false, false])
  for (const chunks of [0, 1]) {
    const { body, state } = closable(chunk(1), chunk(1))
    const seen: boolean[] = []
    const passing = passage(body, { ended: (left) => void seen.push(left && state.closed) })
    if (chunks > 0) await passing.next()
    await passing.return?.()
    await passing.return?.()
    expect(seen).toEqual([true])
  }
})
