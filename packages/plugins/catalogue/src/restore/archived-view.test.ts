import { Store } from '@gantry/core'
import { withCalls } from '@gantry/core/driver'
import { memory } from '@gantry/memory'
import { expect, test } from 'vitest'

import { temporaryCatalogue } from '../testing/temporary-catalogue.ts'
import { archivedView } from './archived-view.ts'

test('where entries lie is told what is soon read, by the names that it has for them', async () => {
  const told: string[] = []
  const driver = withCalls(memory(), {
    expect: async (_, entries) => void told.push(...entries.map(({ path }) => path)),
  })
  const about = { catalogue: temporaryCatalogue(), location: 'there', receipts: async function* () {} }
  const renamed = new Map([['b', 'lies/elsewhere']])
  const view = new Store(archivedView({ ...about, store: new Store(driver), renamed }))
  await view.expect('read', [{ path: 'a' }, { path: 'b' }])
  expect(told).toEqual(['a', 'lies/elsewhere'])
  expect(new Store(archivedView({ ...about, store: new Store(memory()) })).expects).toBe(false)
})
