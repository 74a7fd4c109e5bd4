import { PassThrough } from 'node:stream'

import { expect, test } from 'vitest'

import { outputOf } from './output-of.ts'

const events = ['drain', 'close', 'error']

test('waiting for a slow reader leaves no listeners behind', async () => {
  const stream = Object.assign(new PassThrough({ highWaterMark: 1 }), { isTTY: false, columns: 80 })
  const output = outputOf(stream)
  const before = events.map((event) => stream.listenerCount(event))
  for (let turn = 0; turn < 20; turn += 1) {
    output.write('a line\n')
    expect(stream.writableNeedDrain).toBe(true)
    const ready = output.ready()
    stream.read()
    await ready
  }
  expect(events.map((event) => stream.listenerCount(event))).toEqual(before)
})

test('a reader that is gone is not waited for', async () => {
  const stream = Object.assign(new PassThrough({ highWaterMark: 1 }), { isTTY: false, columns: 80 })
  const output = outputOf(stream)
  output.write('a line\n')
  const ready = output.ready()
  stream.destroy()
  await ready
  await output.ready()
  expect(stream.destroyed).toBe(true)
})
