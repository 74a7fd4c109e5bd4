import { expect, test } from 'vitest'

import { SharedHandles } from './shared-handles.ts'

/** Handles that are the names they were opened by, and what was opened and closed of them. */
function bench(mostIdle: number, close: () => Promise<void> = async () => {}) {
  const log: string[] = []
  const handles = new SharedHandles<string>(async (name) => {
    log.push(`close ${name}`)
    await close()
  }, mostIdle)
  const hold = async (name: string, ready?: Promise<void>) =>
    await handles.hold(name, async () => {
      log.push(`open ${name}`)
      await ready
      return name
    })
  return { handles, hold, log }
}

test('what is used by many is opened once, and closed when nobody uses it and others were used since', async () => {
  const { handles, hold, log } = bench(1)
  const [one, other] = await Promise.all([hold('a'), hold('a')])
  one.release()
  // Told twice, it is still one.
  one.release()
  for (const name of ['b', 'c']) (await hold(name)).release()
  expect(log).toEqual(['open a', 'open b', 'open c'])
  await handles.hold('c', async () => await Promise.reject(new Error('opened again')))
  other.release()
  await handles.close()
  expect(log.slice(3).toSorted()).toEqual(['close a', 'close b', 'close c'])
})

test('one who waits for it is one who uses it', async () => {
  const { handles, hold, log } = bench(0)
  const opening = Promise.withResolvers<void>()
  const slow = hold('slow', opening.promise)
  ;(await hold('a')).release()
  opening.resolve()
  expect((await slow).value).toBe('slow')
  expect(log).toEqual(['open slow', 'open a', 'close a'])
  await handles.close()
})

test('what could not be opened is tried again, and leaves nothing to close', async () => {
  const { handles, hold, log } = bench(1)
  const refused = Promise.reject(new Error('refused'))
  const both = await Promise.allSettled([hold('a', refused), hold('a')])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect((await hold('a')).value).toBe('a')
  await handles.close()
  expect(log).toEqual(['open a', 'open a', 'close a'])
})

test('all are closed, also where one cannot be', async () => {
  const { handles, hold, log } = bench(1, async () => await Promise.reject(new Error('stuck')))
  await hold('a')
  await hold('b')
  await handles.close()
  expect(log).toEqual(['open a', 'open b', 'close a', 'close b'])
})
