import { expect, test } from 'vitest'

import { corpusOf } from './engine/corpus.ts'
import { fuzz } from './engine/fuzz.ts'
import { fuzzInThread } from './engine/in-thread.ts'
import { mutate } from './engine/mutate.ts'
import { minimized, tryInput } from './engine/try-input.ts'
import { hold } from './expect.ts'
import type { Target } from './target.ts'
import { targets } from './targets/index.ts'

/** Of each target, whatever the machine: what takes longer is `npm run fuzz`. */
const inputs: Readonly<Record<string, number>> = { 'secret-link': 3000, workspace: 1000, hub: 600, car: 250, cod: 200 }

describeTargets()

function describeTargets(): void {
  test.for(Object.keys(targets))(
    'what was changed anyhow is read by %s or refused',
    { timeout: 120_000 },
    async (name) => {
      const target = await targets[name]?.()
      if (target === undefined) throw new Error('There is no such target.')
      expect(target.name).toBe(name)
      const trial = await target.open()
      // What is made from refusals would be refused at once, and prove little.
      const taken: boolean[] = []
      for (const seed of await target.seeds()) taken.push(await trial.run(seed))
      // Of a hub some are about what was never begun.
      expect(taken.filter((one) => one).length / taken.length).toBeGreaterThan(name === 'hub' ? 0.5 : 0.99)
      await trial.close?.()
      const found = await fuzz(target, { seed: 1, inputs: inputs[name] ?? 400, corpus: corpusOf(name), guided: false })
      expect(found.findings.map(({ wrong }) => wrong)).toEqual([])
      expect(found.inputs).toBe(inputs[name] ?? 400)
    },
  )
}

/** Wrong where it comes to the fourth letter of a word: no change of a byte or two gets there from nothing. */
const hidden: Target = {
  name: 'hidden',
  invariants: 'none',
  seeds: async () => await Promise.resolve([Uint8Array.from(Buffer.from('a harmless text of some length'))]),
  words: ['WORD'],
  open: () => ({
    async run(input) {
      hold(!Buffer.from(input).includes('WORDWORD'), 'the word is there twice')
      return await Promise.resolve(true)
    },
  }),
}

test(
  'a fault is found, named once, and its input made short; the same seed does the same',
  { timeout: 60_000 },
  async () => {
    const once = await fuzz(hidden, { seed: 4, inputs: 20_000, guided: false })
    const again = await fuzz(hidden, { seed: 4, inputs: 20_000, guided: false })
    expect(once.findings).toHaveLength(1)
    expect(once.findings[0]?.wrong).toContain('the word is there twice')
    expect(Buffer.from(once.findings[0]?.input ?? []).toString()).toBe('WORDWORD')
    expect(again.findings.map(({ input }) => input)).toEqual(once.findings.map(({ input }) => input))
  },
)

test('what throws an error of no code, or is never done, is wrong', async () => {
  const trial = { run: async () => await Promise.reject(new TypeError('undefined is no function')) }
  expect(await tryInput(trial, new Uint8Array(3))).toContain('TypeError: undefined is no function')
  const input = Uint8Array.from([1, 2, 3, 4])
  const some = {
    async run(given: Uint8Array) {
      hold(!given.includes(3), 'three')
      return await Promise.resolve(true)
    },
  }
  expect(await minimized(some, input, (await tryInput(some, input)) ?? '')).toEqual(Uint8Array.of(3))
})

test('mutations change, are bounded, and depend on the numbers alone', () => {
  const numbers = () => {
    let state = 1
    return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647
  }
  const input = new Uint8Array(1000).map((_, index) => index)
  const made = (random: () => number) => Array.from({ length: 200 }, () => mutate(input, random, [input], [input]))
  const [some, same] = [made(numbers()), made(numbers())]
  expect(some).toEqual(same)
  expect(some.filter((one) => !Buffer.from(one).equals(input)).length).toBeGreaterThan(180)
  expect(Math.max(...some.map(({ length }) => length))).toBeLessThanOrEqual(256 * 1024)
  expect(mutate(new Uint8Array(), numbers(), [], [])).toBeInstanceOf(Uint8Array)
})

test('in a thread of its own it follows what inputs reach', { timeout: 120_000 }, async () => {
  const { blocks, findings, inputs: tried } = await fuzzInThread('secret-link', { seed: 1, inputs: 200 })
  expect(findings).toEqual([])
  expect(tried).toBe(200)
  expect(blocks).toBeGreaterThan(3)
})
