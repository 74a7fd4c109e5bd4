import { generateIdentity } from '@gantry/age'
import { Store, type StoreDriver } from '@gantry/core'
import { memory } from '@gantry/memory'
import { expect, test } from 'vitest'

import { car } from '../index.ts'
import { contentsOf, expectedOf, storeFiles, studyFiles } from '../testing/parcels.ts'
import { markerPath } from './home.ts'

test('studies that come at once make the marker of a new archive once', async () => {
  const given = memory()
  let made = 0
  const write: StoreDriver['write'] = async (entry, body, call) => {
    if (given.write === undefined) throw new Error('It takes no entries.')
    if (entry.path === markerPath) made += 1
    return await given.write(entry, body, call)
  }
  const watched: StoreDriver = new Proxy(given, {
    get: (driver, name) => {
      if (name === 'write') return write
      const value: unknown = Reflect.get(driver, name)
      return typeof value === 'function' ? value.bind(driver) : value
    },
  })
  const driver = car(new Store(watched), { ageSecretKey: await generateIdentity() })
  const studies = Array.from({ length: 8 }, (_, index) => studyFiles(`study-${index}`, index + 1).slice(0, 3))
  await Promise.all(studies.map(async (files) => await storeFiles(driver, files)))
  expect(made).toBe(1)
  expect(await contentsOf(driver)).toEqual(expectedOf(studies.flat()))
})
