import { describe, expect, test } from 'vitest'
import { draw } from './draw.ts'
import { type Message, type Rule, Schedule } from './schedule.ts'

const reset = { kind: 'reset', direction: 'up' } as const
const message = (path: string, method = 'PUT', length = 10): Message => ({ method, path, length })
const messages = (count: number): Message[] => Array.from({ length: count }, (_, index) => message(`/${index}`))

/** The paths of those that are struck. */
function struck(rules: Rule[], all: readonly Message[], seed = 1): string[] {
  const schedule = new Schedule(rules, seed, 'http')
  return all.filter((each) => schedule.decide(each, 'request') !== undefined).map(({ path }) => path)
}

describe('Schedule', () => {
  test('matches method, path, and declared length', () => {
    const all = [message('/a'), message('/b', 'GET', 0), message('/b?x'), message('/big', 'PUT', 1000)]
    expect(struck([{ fault: reset }], all)).toHaveLength(4)
    expect(struck([{ match: { method: 'put' }, fault: reset }], all)).toStrictEqual(['/a', '/b?x', '/big'])
    expect(struck([{ match: { path: /^\/b/g }, fault: reset }], all)).toStrictEqual(['/b', '/b?x', '/big'])
    expect(struck([{ match: { minBody: 11 }, fault: reset }], all)).toStrictEqual(['/big'])
  })

  test('a body without a declared length counts as one byte', () => {
    const schedule = new Schedule([{ match: { minBody: 1 }, fault: reset }], 1, 'http')
    expect(schedule.decide({ method: 'PUT', path: '/', length: undefined }, 'request')).toBeDefined()
    const large = new Schedule([{ match: { minBody: 2 }, fault: reset }], 1, 'http')
    expect(large.decide({ method: 'PUT', path: '/', length: undefined }, 'request')).toBeUndefined()
  })

  test('counts what matches: nth, every, times', () => {
    expect(struck([{ match: { nth: 3 }, fault: reset }], messages(9))).toStrictEqual(['/2'])
    expect(struck([{ match: { nth: [1, 4] }, fault: reset }], messages(9))).toStrictEqual(['/0', '/3'])
    expect(struck([{ match: { every: 4 }, fault: reset }], messages(9))).toStrictEqual(['/3', '/7'])
    expect(struck([{ times: 2, fault: reset }], messages(9))).toStrictEqual(['/0', '/1'])
    expect(struck([{ match: { every: 2 }, times: 2, fault: reset }], messages(9))).toStrictEqual(['/1', '/3'])
    const gets = [message('/a'), message('/b', 'GET'), message('/c'), message('/d', 'GET')]
    expect(struck([{ match: { method: 'GET', nth: 2 }, fault: reset }], gets)).toStrictEqual(['/d'])
  })

  test('the first rule that applies wins, each at its own stage', () => {
    const rules: Rule[] = [
      { match: { nth: 2 }, fault: { kind: 'answer', status: 503 } },
      { fault: reset },
      { fault: { kind: 'truncate' } },
    ]
    const schedule = new Schedule(rules, 1, 'http')
    const decided = [1, 2, 3].map(() => schedule.decide(message('/'), 'request')?.rule)
    expect(decided).toStrictEqual([1, 0, 1])
    expect(schedule.decide(message('/'), 'response')?.rule).toBe(2)
  })

  test('a probability strikes about that share, by the seed', () => {
    const rules: Rule[] = [{ match: { probability: 0.2 }, fault: reset }]
    const first = struck(rules, messages(5000), 1)
    expect(first.length).toBeGreaterThan(850)
    expect(first.length).toBeLessThan(1150)
    expect(struck(rules, messages(5000), 1)).toStrictEqual(first)
    expect(struck(rules, messages(5000), 2)).not.toStrictEqual(first)
    expect(struck([{ match: { probability: 0 }, fault: reset }], messages(100))).toStrictEqual([])
    expect(struck([{ match: { probability: 1 }, fault: reset }], messages(100))).toHaveLength(100)
  })

  test('what is drawn for a request does not depend on how others interleave', () => {
    const rules: Rule[] = [{ match: { probability: 0.3 }, fault: reset }]
    const forward = messages(500)
    const backward = forward.toReversed()
    expect(struck(rules, backward).toSorted()).toStrictEqual(struck(rules, forward).toSorted())
  })

  test('a request that is tried again is drawn for again', () => {
    const tries = Array.from({ length: 200 }, () => message('/same'))
    const count = struck([{ match: { probability: 0.5 }, fault: reset }], tries).length
    expect(count).toBeGreaterThan(60)
    expect(count).toBeLessThan(140)
  })

  test('refuses points that cannot be', () => {
    for (const at of [-1, Number.NaN, { sixteenths: 17 }, { sixteenths: -1 }]) {
      expect(() => new Schedule([{ fault: { kind: 'reset', at } }], 1, 'http')).toThrow(
        expect.objectContaining({ code: 'invalid' }),
      )
    }
  })
})

describe('draw', () => {
  test('is the same on every machine', () => {
    expect([draw(1, 'a'), draw(1, 'b'), draw(2, 'a'), draw(1, 'a', 1)]).toMatchInlineSnapshot(`
      [
        0.6628647800534964,
        0.14322838513180614,
        0.14322838513180614,
        0.5976006791461259,
      ]
    `)
  })

  test('is spread evenly', () => {
    const counts = Array<number>(16).fill(0)
    for (let index = 0; index < 16_000; index += 1) {
      const slot = Math.floor(draw(3, index) * 16)
      counts[slot] = (counts[slot] as number) + 1
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
})
