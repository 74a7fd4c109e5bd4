import { toCall } from '@gantry/core/driver'
import { expect, test } from 'vitest'

import { ahead, type Listing } from './ahead.ts'

/** Listings that tell their name twice, after they were let go. */
function rig(names: readonly string[]) {
  const begun: string[] = []
  const ended: string[] = []
  const gates = new Map(names.map((name) => [name, Promise.withResolvers<void>()]))
  async function* listings(): AsyncGenerator<Listing<string>, void, undefined> {
    for (const name of names) {
      yield {
        short: !name.startsWith('long'),
        async *list({ signal }) {
          begun.push(name)
          signal.addEventListener('abort', () => ended.push(name))
          await gates.get(name)?.promise
          yield `${name}1`
          yield `${name}2`
        },
      }
    }
  }
  return { begun, ended, listings, let: (name: string) => gates.get(name)?.resolve() }
}

test('the next ones are asked for while the first is given, and all come in order', async () => {
  const { begun, listings, let: open } = rig(['a', 'b', 'c', 'd', 'e'])
  const given = ahead(listings(), 3, toCall())[Symbol.asyncIterator]()
  const first = given.next()
  await turn()
  expect(begun.toSorted()).toEqual(['a', 'b', 'c'])
  open('c')
  open('b')
  open('a')
  expect((await first).value).toBe('a1')
  open('d')
  open('e')
  const rest: string[] = []
  for await (const one of { [Symbol.asyncIterator]: () => given }) rest.push(one)
  expect(rest).toEqual(['a2', 'b1', 'b2', 'c1', 'c2', 'd1', 'd2', 'e1', 'e2'])
})

test('what is long is not asked for before its turn', async () => {
  const { begun, listings, let: open } = rig(['a', 'long', 'c'])
  const given = ahead(listings(), 3, toCall())[Symbol.asyncIterator]()
  const first = given.next()
  await turn()
  open('a')
  await first
  expect(begun.toSorted()).toEqual(['a', 'c'])
  await given.return()
})

test('who wants no more ends what was begun', async () => {
  const { ended, listings, let: open } = rig(['a', 'b', 'c'])
  const given = ahead(listings(), 2, toCall())[Symbol.asyncIterator]()
  open('a')
  await given.next()
  await given.return()
  expect(ended).toContain('b')
})

test('one that fails says so in its turn', async () => {
  async function* listings(): AsyncGenerator<Listing<string>, void, undefined> {
    yield {
      short: true,
      async *list() {
        yield 'a'
      },
    }
    yield {
      short: true,
      // oxlint-disable-next-line require-yield
      async *list() {
        throw new Error('gone')
      },
    }
  }
  const given = ahead(listings(), 2, toCall())[Symbol.asyncIterator]()
  expect((await given.next()).value).toBe('a')
  await expect(given.next()).rejects.toThrow('gone')
})

test('the first is given while those behind it are not known yet', async () => {
  const known = Promise.withResolvers<void>()
  async function* listings(): AsyncGenerator<Listing<string>, void, undefined> {
    yield* rigged(['a'])
    await known.promise
    yield* rigged(['b'])
  }
  const given = ahead(listings(), 3, toCall())[Symbol.asyncIterator]()
  expect((await given.next()).value).toBe('a')
  known.resolve()
  expect((await given.next()).value).toBe('b')
  expect((await given.next()).done).toBe(true)
})

test('where it cannot be told what is to be listed any more, all that was told before is given', async () => {
  async function* listings(): AsyncGenerator<Listing<string>, void, undefined> {
    yield* rigged(['a', 'b'])
    throw new Error('gone')
  }
  const given = ahead(listings(), 4, toCall())[Symbol.asyncIterator]()
  expect([await given.next(), await given.next()]).toMatchObject([{ value: 'a' }, { value: 'b' }])
  await expect(given.next()).rejects.toThrow('gone')
})

/** Until all that can be begun is. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

function* rigged(names: readonly string[]): Generator<Listing<string>, void, undefined> {
  for (const name of names) {
    yield {
      short: true,
      async *list() {
        yield name
      },
    }
  }
}
