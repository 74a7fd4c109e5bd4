import assert from 'node:assert/strict'

import type { Bench } from '../bench.ts'
import { contentOf } from '../bodies.ts'
import { group } from '../conformance-case.ts'
import { sameBytes } from '../expectations.ts'

const keys = ['folder/entry', 'with space+plus%20', 'Müller/é&?=#']

async function fetches(bench: Bench): Promise<void> {
  for (const [index, path] of keys.entries()) {
    const content = contentOf(index + 1, 100_001)
    await bench.put(path, content)
    const url = await bench.store.sign(path, { expiresIn: 60 })
    const whole = await fetch(url)
    assert.equal(whole.status, 200)
    sameBytes(new Uint8Array(await whole.arrayBuffer()), content, 'what the URL gives')
    const part = await fetch(url, { headers: { range: 'bytes=10-19' } })
    assert.equal(part.status, 206)
    sameBytes(new Uint8Array(await part.arrayBuffer()), content.subarray(10, 20), 'a range of it')
  }
}

async function stores(bench: Bench): Promise<void> {
  for (const [index, path] of keys.entries()) {
    const content = contentOf(index + 1, 50_001)
    const url = await bench.store.sign(path, { method: 'PUT', expiresIn: 60 })
    const answer = await fetch(url, { method: 'PUT', body: Buffer.from(content) })
    assert.ok(answer.ok, `the answer is ${answer.status}`)
    sameBytes(await bench.get(path), content, 'what was put')
  }
}

async function onlyThat(bench: Bench): Promise<void> {
  await bench.put('mine', contentOf(1, 10))
  await bench.put('other', contentOf(2, 10))
  const url = await bench.store.sign('mine', { expiresIn: 60 })
  const swapped = await fetch(url.replace('mine', 'other'))
  assert.ok(!swapped.ok, 'a URL for one entry opens another')
  const put = await fetch(url, { method: 'PUT', body: 'x' })
  assert.ok(!put.ok, 'a URL to read writes')
}

export const signingCases = group('signed URLs', ({ sign, write }) => sign !== undefined && write, [
  ['gives URLs that read without credentials', fetches],
  ['gives URLs that write without credentials', stores],
  ['gives URLs that open nothing else', onlyThat],
])
