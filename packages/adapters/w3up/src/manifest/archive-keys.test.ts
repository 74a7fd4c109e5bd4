import { generateIdentity } from '@gantry/age'
import { Store } from '@gantry/core'
import { withCalls } from '@gantry/core/driver'
import { memory } from '@gantry/memory'
import { expect, test } from 'vitest'

import { car } from '../index.ts'
import { contentsOf, expectedOf, storeFiles, studyFiles } from '../testing/parcels.ts'
import { markerPath } from './home.ts'

test('studies that come at once make the marker of a new archive once', async () => {
  const given = memory()
  let made = 0
  const watched = withCalls(given, {
    async write(entry, body, call) {
      if (given.write === undefined) throw new Error('It takes no entries.')
      if (entry.path === markerPath) made += 1
      return await given.write(entry, body, call)
    },
  })
  const driver = car(new Store(watched), { ageSecretKey: await generateIdentity() })
  const studies = Array.from({ length: 8 }, (_, index) => studyFiles(`study-${index}`, index + 1).slice(0, 3))
  await Promise.all(studies.map(async (files) => await storeFiles(driver, files)))
  expect(made).toBe(1)
  expect(await contentsOf(driver)).toEqual(expectedOf(studies.flat()))
})
