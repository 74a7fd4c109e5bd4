import { expect, test } from 'vitest'

import { failing, few, rig, side } from './testing/rig.ts'

test('the destination is asked what it has while the source is being listed', async () => {
  const asked = Promise.withResolvers<void>()
  const to = side({ before: ({ operation }) => void (operation === 'list' && asked.resolve()) })
  const from = side({ before: async ({ operation }) => void (operation === 'list' && (await asked.promise)) })
  const made = await rig({ entries: few(3), from, to })
  await (await made.open()).run()

  expect(await made.arrived()).toHaveLength(3)
  expect(to.driver.count('list')).toBe(1)
})

test('it is asked no more when the source cannot be listed, and that is what is told', async () => {
  const stopped = Promise.withResolvers<void>()
  const to = side({
    before: async ({ operation, signal }) => {
      if (operation !== 'list') return
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve())
      })
      stopped.resolve()
    },
  })
  const from = side({ before: ({ operation }) => void (operation === 'list' && failing('permission_denied')) })
  const made = await rig({ entries: few(3), from, to })
  const result = await (await made.open()).run()

  expect(result).toMatchObject({ phase: 'failed', failure: { code: 'permission_denied' } })
  await stopped.promise
})

test('what it answers is told when the source has been listed, and not before', async () => {
  const to = side({ before: ({ operation }) => void (operation === 'list' && failing('invalid')) })
  const made = await rig({ entries: few(3), to })
  const result = await (await made.open()).run()

  expect(result).toMatchObject({ phase: 'failed', failure: { code: 'invalid' }, progress: { total: { entries: 3 } } })
})

test('who overwrites all does not ask', async () => {
  const made = await rig({ entries: few(3), spec: { existing: 'overwrite' } })
  await (await made.open()).run()

  expect(await made.arrived()).toHaveLength(3)
  expect(made.to.driver.count('list')).toBe(0)
})
