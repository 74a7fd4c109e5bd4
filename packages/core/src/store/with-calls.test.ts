import { expect, test } from 'vitest'

import { tinyAbilities, tinyDriver } from '../../model/tiny-driver.ts'
import { Store } from './store.ts'
import { withCalls } from './with-calls.ts'

/** With fields that nobody else may touch, and abilities that it tells anew each time. */
class Secretive {
  #digests: ('md5' | 'sha256')[] = []
  readonly kept = { of: this }

  get abilities() {
    return { ...tinyAbilities, digests: [...this.#digests] }
  }

  learn(): void {
    this.#digests.push('sha256')
  }

  forget(): void {
    this.#digests = []
  }
}

test('what is replaced is heard, all else answers for itself, as it is at the time', () => {
  const given = new Secretive()
  const forgets: string[] = []
  const made = withCalls(given, { forget: () => void forgets.push('asked') })
  expect(made.abilities.digests).toEqual([])
  made.learn()
  expect(made.abilities.digests).toEqual(['sha256'])
  made.forget()
  expect([forgets, given.abilities.digests, made.kept.of]).toEqual([['asked'], ['sha256'], given])
})

test('what is taken away is not there', async () => {
  const store = new Store(withCalls(tinyDriver({ location: () => 'here' }), { location: undefined }))
  await expect(store.location()).resolves.toBeUndefined()
})

test('a store whose calls are replaced is read by them: nobody takes from behind', async () => {
  const direct = { canTake: () => true, take: () => Promise.reject(new Error('reached')) }
  const to = new Store(tinyDriver({ direct, abilities: { ...tinyAbilities, direct: true } }))
  const from = new Store(tinyDriver())
  expect(to.canTake(from, { path: 'a' })).toBe(true)
  expect(to.canTake(withCalls(from, {}), { path: 'a' })).toBe(false)
})
