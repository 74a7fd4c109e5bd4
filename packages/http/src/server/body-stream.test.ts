import { bytesOf } from '@gantry/core'
import { expect, test } from 'vitest'

import { bodyStream } from './body-stream.ts'
import { counted } from './counted.ts'

const idle = new AbortController().signal

async function* failing(): AsyncGenerator<Uint8Array, void, undefined> {
  yield new Uint8Array([1])
  throw new Error('of the store: its path')
}

function heard() {
  const errors: unknown[] = []
  return { errors, onError: (error: unknown) => void errors.push(error) }
}

test('chunks are copied, empty ones left out, and the end is told with what went', async () => {
  const sent: number[] = []
  const borrowed = new Uint8Array([1, 2])
  const lend = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    yield borrowed
    borrowed.fill(9)
    yield new Uint8Array()
    yield borrowed
  }
  const stream = bodyStream(
    counted(lend(), (size) => void sent.push(size)),
    { signal: idle, onError: () => {} },
  )
  expect(await new Response(stream).bytes()).toEqual(new Uint8Array([1, 2, 9, 9]))
  expect(sent).toEqual([4])
})

test('why a body fails is told to the server alone', async () => {
  const { errors, onError } = heard()
  const stream = bodyStream(failing(), { signal: idle, onError })
  await expect(new Response(stream).text()).rejects.toThrow('The body broke off.')
  expect(errors).toEqual([new Error('of the store: its path')])
})

test('it is cut off where that can be done', async () => {
  const { errors, onError } = heard()
  let cut = 0
  const reader = bodyStream(failing(), { signal: idle, onError, cutOff: () => void (cut += 1) }).getReader()
  await reader.read()
  void reader.read()
  await expect.poll(() => cut).toBe(1)
  expect(errors).toHaveLength(1)
})

test('what fails because its client has gone is told to nobody', async () => {
  const { errors, onError } = heard()
  const stream = bodyStream(failing(), { signal: AbortSignal.abort(), onError })
  await expect(new Response(stream).text()).rejects.toThrow('The body broke off.')
  expect(errors).toEqual([])
})

test('one that nobody reads is released, and told as nothing', async () => {
  const sent: number[] = []
  await bodyStream(
    counted(bytesOf(new Uint8Array(3)), (size) => void sent.push(size)),
    { signal: idle, onError: () => {} },
  ).cancel()
  expect(sent).toEqual([0])
})
