import type { Bytes } from '@gantry/core'
import { releasing } from '@gantry/core/driver'
import { expect, test } from 'vitest'

import { few, rig, side } from './testing/rig.ts'

/** A source that says another version whenever it is read, and how many of its bodies are open. */
function changing() {
  let open = 0
  const body = (_: unknown, bytes: Bytes) => {
    open += 1
    const closed = () => void (open -= 1)
    const chunks = async function* () {
      try {
        yield* bytes
      } finally {
        closed()
      }
    }
    return releasing(chunks(), closed)
  }
  const from = side({
    body,
    entry: (entry, { operation }) => (operation === 'read' ? { ...entry, version: 'another' } : entry),
  })
  return { from, open: () => open }
}

const asItIs = { name: 'as it is', apply: (_: unknown, body: Bytes) => body }

test.for([
  ['whole', { size: 1000, to: {}, transforms: [] }],
  ['measured beforehand', { size: 1000, to: { abilities: { sized: true } }, transforms: [asItIs] }],
  ['in parts', { size: 17 * 1024 * 1024, to: {}, transforms: [] }],
] as const)('what changed since the plan is closed again: %s', async ([, { size, to, transforms }]) => {
  const { from, open } = changing()
  const spec = { transforms: transforms.map(({ name }) => name) }
  const made = await rig({ entries: few(3, size), from, to: side(to), spec })
  const { progress } = await (await made.open({ transforms })).run()
  expect(progress.failed.entries).toBe(3)
  expect(from.driver.count('read')).toBe(3)
  expect(open()).toBe(0)
})
