import { expect, onTestFinished, test, vi } from 'vitest'

import { ByteStream } from './byte-stream.ts'

const chunks = 2000
const size = 512

async function* short() {
  // One buffer, as a producer may fill it again and again.
  const chunk = new Uint8Array(size)
  for (let index = 0; index < chunks; index += 1) yield chunk.fill(index % 251)
}

test('a head of many short chunks is what came, and is not copied again for each of them', async () => {
  const set = vi.spyOn(Uint8Array.prototype, 'set')
  onTestFinished(() => set.mockRestore())
  const stream = new ByteStream(short())
  for (let end = size; end <= chunks * size; end += size) {
    const last = await stream.read(end - size, end)
    expect([last.length, last[0], last.at(-1)]).toEqual([size, (end / size - 1) % 251, (end / size - 1) % 251])
  }
  const copied = set.mock.calls.reduce((sum, [bytes]) => sum + bytes.length, 0)
  expect(copied).toBeLessThan(4 * chunks * size)
  // All of it once more, from the middle on.
  let rest = 0
  for await (const chunk of stream.from(size * 1000)) rest += chunk.length
  expect(rest).toBe(size * (chunks - 1000))
})

test('what is passed over is not held: of a jump, no more is copied than is read behind it', async () => {
  const set = vi.spyOn(Uint8Array.prototype, 'set')
  onTestFinished(() => set.mockRestore())
  const stream = new ByteStream(short())
  const jump = size * 1500 + 100
  expect((await stream.read(0, 2 * size)).length).toBe(2 * size)
  const [first, ...others] = [
    await stream.read(jump, jump + 2 * size),
    await stream.read(jump + 2 * size, jump + 3 * size),
  ]
  expect([first?.[0], first?.at(-1), others[0]?.at(-1)]).toEqual([1500 % 251, 1502 % 251, 1503 % 251])
  expect(set.mock.calls.reduce((sum, [bytes]) => sum + bytes.length, 0)).toBeLessThan(20 * size)
  let rest = 0
  for await (const chunk of stream.from(jump + size)) rest += chunk.length
  expect(rest).toBe(chunks * size - jump - size)
  // Nothing comes of a jump beyond the end.
  const other = new ByteStream(short())
  expect((await other.read(size * (chunks + 1), size * (chunks + 2))).length).toBe(0)
})
