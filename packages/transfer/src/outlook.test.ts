import { expect, test } from 'vitest'

import { few, rig, side, type Side } from './testing/rig.ts'

const spec = { concurrency: 4 } as const

function asked({ driver }: Side): string[] {
  return driver.calls.filter(({ operation }) => operation === 'expect').map(({ path }) => path)
}

test('source and destination are told what is soon read and written, each once, and before its turn', async () => {
  const [from, to] = [side({ expects: true }), side({ expects: true })]
  const made = await rig({ entries: few(200), from, to, spec })
  await (await made.open()).run()

  expect(await made.arrived()).toHaveLength(200)
  for (const [one, purpose] of [
    [from, 'read'],
    [to, 'write'],
  ] as const) {
    // All but those that were taken first.
    const told = asked(one)
    expect(told).toHaveLength(196)
    expect(new Set(told).size).toBe(196)
    const places = new Map(one.driver.calls.map(({ operation, path }, index) => [`${operation} ${path}`, index]))
    for (const path of told) {
      const turn = places.get(path) as number
      expect(places.get(`expect ${path}`)).toBeLessThan(turn)
      expect(path).toMatch(new RegExp(`^${purpose} \\d+\\.dcm$`, 'u'))
    }
  }
})

test('of what is there already it is told that it is looked at; and never of more than a few ahead', async () => {
  const to = side({ expects: true })
  const made = await rig({ entries: few(1000), to, spec })
  for (const index of [500, 501]) {
    const body = (async function* () {
      yield new Uint8Array(1000).fill(index + 1)
    })()
    await to.direct.write({ path: `${index}.dcm`, size: 1000 }, body)
  }
  let furthest = 0
  to.driver.script = {
    ...to.driver.script,
    before: () => {
      const written = to.driver.count('write')
      furthest = Math.max(furthest, to.driver.count('expect') - written)
    },
  }
  await (await made.open()).run()

  const there = asked(to).filter((one) => /^\w+ 50[01]\.dcm$/u.test(one))
  expect(there.sort()).toEqual(['read 500.dcm', 'read 501.dcm'])
  expect(furthest).toBeLessThanOrEqual(8)
})

test('what fails is not the failure of anything', async () => {
  const to = side({
    expects: true,
    before: ({ operation }) => {
      if (operation === 'expect') throw new Error('not now')
    },
  })
  const made = await rig({ entries: few(100), to, spec })
  const { phase, progress } = await (await made.open()).run()

  expect({ phase, failed: progress.failed.entries, retries: progress.retries }).toEqual({
    phase: 'completed',
    failed: 0,
    retries: 0,
  })
})

test('a length that a transform may change is not told', async () => {
  const to = side({ expects: true })
  const seen: (number | undefined)[] = []
  const told = to.driver.expect
  Object.assign(to.driver, {
    expect: async (...[purpose, entries, call]: Parameters<NonNullable<typeof told>>) => {
      seen.push(...entries.map(({ size }) => size))
      await told?.(purpose, entries, call)
    },
  })
  const made = await rig({ entries: few(20), to, spec: { ...spec, transforms: ['same'] } })
  await (await made.open({ transforms: [{ name: 'same', apply: (_, body) => body }] })).run()

  expect(seen.length).toBeGreaterThan(0)
  expect(new Set(seen)).toEqual(new Set([undefined]))
})
