import { expect, test } from 'vitest'

import { delayingBy } from './queue-workers.ts'

test('what is put off is put off by the common clock, as long as it was told', async () => {
  const told: unknown[] = []
  const backend: Parameters<typeof delayingBy>[0] = {
    moveToDelayed: async (...args) => (told.push(args), []),
  }
  delayingBy(backend, () => 1000)
  const hour = 3_600_000
  await backend.moveToDelayed('job', 1000 + hour, 2000, 'token', { skipAttempt: true })
  expect(told).toEqual([['job', 1000, 2000, 'token', { skipAttempt: true }]])
})
