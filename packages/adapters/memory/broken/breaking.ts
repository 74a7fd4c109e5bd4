import type {
  Abilities,
  Bytes,
  Call,
  DirectDriver,
  Entry,
  NewEntry,
  ParcelDriver,
  ResumableDriver,
  StoreDriver,
} from '@gantry/core/driver'
import { type StoreHarness, testHashing } from '@gantry/testkit'

import { MemoryContents } from '../src/contents.ts'
import { memory } from '../src/memory.ts'
import type { MemoryOptions } from '../src/memory-options.ts'

type Overrides = Partial<Omit<StoreDriver, 'resumable' | 'parcels' | 'direct'>> & {
  readonly resumable?: Partial<ResumableDriver>
  readonly parcels?: Partial<ParcelDriver>
  readonly direct?: Partial<DirectDriver>
}
/** Breaks one promise of a memory store. */
export type Breaking = (driver: StoreDriver, contents: MemoryContents) => Overrides

/** A defect, the name of the test that must catch it, and the breaking itself. */
export type Broken = readonly [defect: string, caughtBy: string, breaking: Breaking]

/** The driver, but for some of its methods. */
function overriding(driver: StoreDriver, overrides: Overrides): StoreDriver {
  const whole = bound(driver)
  const resumable = bound(uploadsOf(driver))
  const parcels = { ...bound(driver.parcels ?? missing()), ...overrides.parcels }
  const direct = takingFromBroken({ ...bound(driver.direct ?? missing()), ...overrides.direct })
  const made = { ...whole, ...overrides, parcels, direct, resumable: { ...resumable, ...overrides.resumable } }
  unbroken.set(made, driver)
  return made
}

/** The driver that a broken one was made of: only from such does another of its kind take. */
const unbroken = new WeakMap<StoreDriver, StoreDriver>()

function takingFromBroken(direct: DirectDriver): DirectDriver {
  const behind = (from: StoreDriver) => unbroken.get(from) ?? from
  return {
    canTake: (from, ref) => direct.canTake(behind(from), ref),
    take: async (order, call) => await direct.take({ ...order, from: behind(order.from) }, call),
  }
}

/** All methods of an object, as properties of another. */
function bound<Value extends object>(value: Value): Value {
  const names = [...Object.getOwnPropertyNames(value), ...Object.getOwnPropertyNames(Object.getPrototypeOf(value))]
  const entries = names.map((name): [string, unknown] => {
    const member: unknown = Reflect.get(value, name)
    return [name, typeof member === 'function' ? member.bind(value) : member]
  })
  return Object.fromEntries(entries) as Value
}

const unit = { entries: 100, bytes: 2 ** 30 }

/** With all that a memory store can have, so that every group of tests runs. */
const everything: MemoryOptions = {
  digests: { algorithms: ['sha256'], hashing: testHashing },
  tiers: ['HOT', 'COLD'],
  retain: true,
  parcels: { fetch: { unit, sideBySide: true }, store: { unit, resumable: true } },
}

/** A sound store, broken. */
export function harness(breaking: Breaking): StoreHarness {
  const contents = new MemoryContents()
  const open = () => {
    const driver = memory({ ...everything, contents })
    return overriding(driver, breaking(driver, contents))
  }
  return { driver: open(), reopen: async () => open(), inMemory: true }
}

export function missing(): never {
  throw new Error('A memory store has all abilities.')
}

export function writeOf(driver: StoreDriver): NonNullable<StoreDriver['write']> {
  return driver.write?.bind(driver) ?? missing()
}

export function uploadsOf(driver: StoreDriver): ResumableDriver {
  return driver.resumable ?? missing()
}

export function writing(change: (entry: NewEntry, body: Bytes, call: Call) => [NewEntry, Bytes, Call]): Breaking {
  return (driver) => ({ write: (...given) => writeOf(driver)(...change(...given)) })
}

export function telling(change: (entry: Entry) => Entry): Breaking {
  return (driver) => ({
    write: async (entry, body, call) => change(await writeOf(driver)(entry, body, call)),
    stat: async (path, call) => change(await driver.stat(path, call)),
    async *list(selection, call) {
      for await (const entry of driver.list(selection, call)) yield change(entry)
    },
  })
}

export function keyed(change: (path: string) => string): Breaking {
  return (driver) => ({
    write: async (entry, body, call) => ({
      ...(await writeOf(driver)({ ...entry, path: change(entry.path) }, body, call)),
      path: entry.path,
    }),
    stat: async (path, call) => ({ ...(await driver.stat(change(path), call)), path }),
    read: async (ref, range, call) => await driver.read({ ...ref, path: change(ref.path) }, range, call),
  })
}

export function listing(change: (entries: Entry[]) => Entry[]): Breaking {
  return (driver) => ({
    async *list(selection, call) {
      const entries: Entry[] = []
      for await (const entry of driver.list(selection, call)) entries.push(entry)
      yield* change(entries)
    },
  })
}

export function reading(change: (body: Bytes) => Bytes): Breaking {
  return (driver) => ({
    async read(ref, range, call) {
      const { entry, body } = await driver.read(ref, range, call)
      return { entry, body: change(body) }
    },
  })
}

export function declaring(change: Partial<Abilities>): Breaking {
  return (driver) => ({ abilities: { ...driver.abilities, ...change } })
}
