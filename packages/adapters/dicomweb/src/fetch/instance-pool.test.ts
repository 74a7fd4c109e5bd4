import { bytesOf, collect, type FetchFailure, GantryError, type Reading, toCall } from '@gantry/core'
import { expect, test } from 'vitest'

import type { RetrievedPart } from '../retrieve/retrieved-part.ts'
import { InstancePool, type PoolPorts, type Wanted } from './instance-pool.ts'
import { ServiceMeter } from './service-meter.ts'

const wanted = (count: number): Wanted[] =>
  Array.from({ length: count }, (_, index) => ({ path: `p${index}`, study: '1', series: '2', instance: `3.${index}` }))

const partOf = (bytes: Uint8Array): RetrievedPart => ({
  contentType: 'application/dicom',
  transferSyntax: undefined,
  location: undefined,
  size: undefined,
  body: bytesOf(bytes),
})

function rig(retrieve: PoolPorts['retrieve'], count: number, width = 8, now = () => performance.now()) {
  const state = { running: 0, most: 0, asked: 0 }
  const meter = new ServiceMeter(width)
  const ports: PoolPorts = {
    meter,
    now,
    width: () => Math.min(width, meter.width),
    async retrieve(one, call) {
      state.running += 1
      state.asked += 1
      state.most = Math.max(state.most, state.running)
      try {
        return await retrieve(one, call)
      } finally {
        state.running -= 1
      }
    },
  }
  return { state, meter, run: (call = toCall()) => new InstancePool(ports, wanted(count), call).run() }
}

async function read(given: AsyncIterable<Reading | FetchFailure>): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for await (const one of given) {
    if ('error' in one) found[one.path] = (one.error as GantryError).code
    else found[one.entry.path] = Buffer.from(await collect(one.body)).toString()
  }
  return found
}

const tick = async () => await new Promise((resolve) => setImmediate(resolve))

test('gives every instance once, so many side by side', async () => {
  const { state, run } = rig(async ({ instance }) => {
    await tick()
    return partOf(Buffer.from(instance))
  }, 100)
  const found = await read(run())
  expect(Object.keys(found)).toHaveLength(100)
  expect(found['p42']).toBe('3.42')
  expect(state).toMatchObject({ most: 8, asked: 100 })
})

test('asks for no more than it may hold, while nobody reads', async () => {
  const { state, run } = rig(async () => partOf(Buffer.from('x')), 100)
  const given = run()
  await given.next()
  for (let turn = 0; turn < 50; turn += 1) await tick()
  expect(state.asked).toBe(8)
  await given.return()
})

test('waits, and asks for fewer at a time, when the service asks for that', async () => {
  let refusals = 6
  const { meter, run } = rig(async ({ instance }) => {
    await tick()
    if ((refusals -= 1) >= 0) throw new GantryError('rate_limited', 'Slower.', { retryAfter: 20 })
    return partOf(Buffer.from(instance))
  }, 30)
  const found = await read(run())
  expect(Object.values(found).filter((text) => text.startsWith('3.'))).toHaveLength(30)
  expect(meter.width).toBeLessThan(30)
})

test('tells what stays refused, what is not there, and what is to be waited for too long, each by itself', async () => {
  const errors: Record<string, GantryError> = {
    '3.1': new GantryError('not_found', 'No.'),
    '3.2': new GantryError('rate_limited', 'Later.', { retryAfter: 3_600_000 }),
  }
  const { state, run } = rig(async ({ instance }) => {
    const error = errors[instance]
    if (error !== undefined) throw error
    return partOf(Buffer.from(instance))
  }, 4)
  expect(await read(run())).toEqual({ p0: '3.0', p1: 'not_found', p2: 'rate_limited', p3: '3.3' })
  expect(state.asked).toBe(4)
})

test('an instance that fails before it is given is asked for again', async () => {
  let first = true
  const { state, run } = rig(async ({ instance }) => {
    if (!first) return partOf(Buffer.from(instance))
    first = false
    const body = (async function* () {
      yield Buffer.from('half')
      throw new GantryError('unavailable', 'Cut off.')
    })()
    return { ...partOf(Buffer.from('')), body }
  }, 1)
  expect(await read(run())).toEqual({ p0: '3.0' })
  expect(state.asked).toBe(2)
})

test('an instance that fails alone makes nobody else wait', async () => {
  // No time passes, and so no pause ends.
  const { run } = rig(
    async ({ instance }) => {
      if (instance === '3.0') throw new GantryError('unavailable', 'Cut off.')
      return partOf(Buffer.from(instance))
    },
    10,
    2,
    () => 0,
  )
  const given = run()
  for (let left = 9; left > 0; left -= 1) expect((await given.next()).value).toHaveProperty('entry')
  await given.return()
})

test.each([50, 125, 250])(
  'a pause that ends while it is looked at (%i ms pass between two looks) is over',
  async (step) => {
    let time = 0
    let first = true
    const { run } = rig(
      async ({ instance }) => {
        if (!first) return partOf(Buffer.from(instance))
        first = false
        throw new GantryError('unavailable', 'Cut off.')
      },
      1,
      8,
      () => (time += step),
    )
    expect(await read(run())).toEqual({ p0: '3.0' })
  },
)

test('an abort ends it at once, and with it what is on its way', async () => {
  const controller = new AbortController()
  let stopped = 0
  const { run } = rig(
    async (_one, { signal }) =>
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          stopped += 1
          reject(new GantryError('cancelled', 'Stopped.'))
        })
      }),
    20,
  )
  const reading = read(run({ signal: controller.signal }))
  setImmediate(() => controller.abort())
  await expect(reading).rejects.toMatchObject({ code: 'cancelled' })
  expect(stopped).toBe(8)
})

test('leaves what it is not to ask for any more', async () => {
  let asked = 0
  const ports: PoolPorts = {
    meter: new ServiceMeter(8),
    now: () => performance.now(),
    width: (left) => (left > 90 ? 4 : 0),
    async retrieve({ instance }) {
      asked += 1
      await tick()
      return partOf(Buffer.from(instance))
    },
  }
  const pool = new InstancePool(ports, wanted(100), toCall())
  const found = await read(pool.run())
  expect(Object.keys(found)).toHaveLength(asked)
  expect((await pool.left()).waiting.map(({ path }) => path)).toEqual(
    wanted(100)
      .slice(10)
      .map(({ path }) => path),
  )
})

/** Instances that become known when they are let. */
function becomingKnown() {
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const more = async function* () {
    yield* wanted(2)
    await first.promise
    yield* wanted(6).slice(2)
    await second.promise
  }
  return { more: more(), first, second }
}

test('begins with what is known, and goes on with what becomes known meanwhile', async () => {
  const { more, first, second } = becomingKnown()
  const lefts: number[] = []
  const meter = new ServiceMeter(8)
  const retrieve = async ({ instance }: Wanted) => partOf(Buffer.from(instance))
  const width = (left: number) => {
    lefts.push(left)
    return 8
  }
  const ports = { meter, now: () => performance.now(), retrieve, width, more, expected: () => 6 }
  const given = new InstancePool(ports, [], toCall()).run()
  const paths: unknown[] = []
  for await (const one of given) {
    if ('error' in one) throw one.error
    paths.push(one.entry.path)
    await collect(one.body)
    if (paths.length === 2) first.resolve()
    if (paths.length === 6) second.resolve()
  }
  expect(new Set(paths)).toEqual(new Set(wanted(6).map(({ path }) => path)))
  expect(paths).toHaveLength(6)
  // Those count that are known to come.
  expect(lefts[0]).toBe(6)
})

test('what is known is given before it is told why no more is', async () => {
  const { more, first } = becomingKnown()
  const { meter } = rig(async () => partOf(Buffer.from('x')), 0)
  const retrieve = async () => partOf(Buffer.from('x'))
  const ports = { meter, now: () => performance.now(), retrieve, width: () => 8, more }
  const given = new InstancePool(ports, [], toCall()).run()
  for (const _ of [1, 2]) expect((await given.next()).value).toHaveProperty('entry')
  first.reject(new GantryError('unavailable', 'The search broke off.'))
  await expect(given.next()).rejects.toMatchObject({ code: 'unavailable' })
})

test('what is known and not to be asked for is left, and why no more is', async () => {
  const { more, first } = becomingKnown()
  const retrieve = async () => partOf(Buffer.from('x'))
  const ports = { meter: new ServiceMeter(8), now: () => 0, retrieve, width: () => 0, more }
  const pool = new InstancePool(ports, wanted(1), toCall())
  first.reject(new GantryError('unavailable', 'The search broke off.'))
  await pool.left() // Until all is known.
  expect(await read(pool.run())).toEqual({})
  expect(await pool.left()).toMatchObject({ waiting: [...wanted(1), ...wanted(2)], error: { code: 'unavailable' } })
})

test('all are counted that became known, and are asked for in that order; what failed alone keeps none of them', async () => {
  const others = Promise.withResolvers<void>()
  const more = (async function* () {
    yield* wanted(3)
    await others.promise
    yield* wanted(7).slice(3)
  })()
  const lefts: number[] = []
  const asked: string[] = []
  const retrieve = async ({ path }: Wanted) => {
    asked.push(path)
    if (path !== 'p1') return partOf(Buffer.from(path))
    throw new GantryError('unavailable', 'Cut off.')
  }
  const width = (left: number) => {
    lefts.push(left)
    return 1
  }
  // No time passes, and so no pause ends.
  const ports = { meter: new ServiceMeter(8), now: () => 0, retrieve, width, more, expected: () => 7 }
  const given = new InstancePool(ports, [], toCall()).run()
  for (let left = 6; left > 0; left -= 1) {
    const next = given.next()
    if (left === 4) {
      // Until none but the one that failed is known.
      await tick()
      others.resolve()
    }
    const { value } = await next
    expect(value).toHaveProperty('entry')
    if (value !== undefined && 'body' in value) await collect(value.body)
  }
  await given.return()
  expect(asked).toEqual(['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6'])
  expect([...new Set(lefts)]).toEqual([7, 6, 5, 4, 3, 2, 1])
})

test('instances that are larger than what is held of them are measured, too', async () => {
  let time = 0
  const large = Buffer.alloc(1024 * 1024 + 1)
  const { meter, run } = rig(
    async () => partOf(large),
    12,
    2,
    () => (time += 1),
  )
  meter.note({ latency: 1, transfer: 1, beside: 0, opened: false })
  for await (const one of run()) {
    // The others are held by now, and only the rest of this one is on its way.
    for (let turn = 0; turn < 5; turn += 1) await tick()
    if ('body' in one) await collect(one.body)
  }
  expect(meter.measured?.shared).toBeDefined()
})
